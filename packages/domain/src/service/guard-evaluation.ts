import type { Actor } from '../actor.ts';
import { currentDocument, outstandingFee, type Application } from '../application/application.ts';
import type { Localized } from '../names.ts';
import { erasedAmong } from '../personal-data/erased.ts';
import type { ServiceDefinition } from './definition.ts';
import type { ExpressionCompiler } from './expression.ts';
import type { Guard } from './guard.ts';

/** What a guard is asked about; automatic moves have no actor. */
export type GuardSubject = { application: Application; actor: Actor | undefined };

/** Why a guard refuses: enough to tell the officer what is still to be done. */
export type GuardUnmet =
  | { guard: 'documents-attached'; missing: string[] }
  | { guard: 'requirements-verified'; missing: string[]; unverified: string[] }
  | { guard: 'fee-assessed' }
  | { guard: 'fee-paid'; assessed: boolean; outstanding: number }
  | { guard: 'not-the-same-officer'; action: string }
  | { guard: 'condition'; expression: string; message?: Localized }
  /** It cannot be known: personal data that the condition reads are erased. */
  | { guard: 'erased'; expression: string; fields: string[] }
  | { guard: 'any'; unmet: GuardUnmet[] }
  | { guard: 'not'; of: Guard };

/** Undefined when the guard is met. */
export type CompiledGuard = (subject: GuardSubject) => GuardUnmet | undefined;

/**
 * Guards of a definition. Where erased data would decide, the answer is neither yes nor no: `erased`,
 * also through `not` and `any`.
 *
 * @throws Error when an expression does not compile
 */
export function guardCompiler(
  definition: Pick<ServiceDefinition, 'documents' | 'fee'>,
  expressions: ExpressionCompiler,
): (guard: Guard) => CompiledGuard {
  const required = Object.entries(definition.documents)
    .filter(([, document]) => document.required)
    .map(([requirement]) => requirement);

  const compile = (guard: Guard): CompiledGuard => {
    if ('all' in guard) {
      const inner = guard.all.map(compile);
      return (subject) => {
        let unknown: GuardUnmet | undefined;
        for (const one of inner) {
          const unmet = one(subject);
          if (unmet && unmet.guard !== 'erased') return unmet;
          unknown ??= unmet;
        }
        return unknown;
      };
    }
    if ('any' in guard) {
      const inner = guard.any.map(compile);
      return (subject) => {
        const unmet: GuardUnmet[] = [];
        for (const one of inner) {
          const reason = one(subject);
          if (!reason) return undefined;
          unmet.push(reason);
        }
        return unmet.find(({ guard: kind }) => kind === 'erased') ?? { guard: 'any', unmet };
      };
    }
    if ('not' in guard) {
      const inner = compile(guard.not);
      return (subject) => {
        const unmet = inner(subject);
        if (unmet?.guard === 'erased') return unmet;
        return unmet ? undefined : { guard: 'not', of: guard.not };
      };
    }
    switch (guard.name) {
      case 'documents-attached':
        return documentsAttached(guard.documents ?? required);
      case 'requirements-verified':
        return requirementsVerified(guard.documents ?? required);
      case 'fee-assessed':
        return feeAssessed(definition.fee.kind !== 'free');
      case 'fee-paid':
        return feePaid(definition.fee.kind !== 'free');
      case 'not-the-same-officer':
        return notTheSameOfficer(guard.as);
      case 'condition': {
        const { expression: source, message } = guard;
        const expression = expressions(source);
        if ('problem' in expression) throw new Error(`${source}: ${expression.problem}`);
        return ({ application }) => {
          const erased = erasedAmong(application.erased, expression.fields);
          if (erased.length > 0) return { guard: 'erased', expression: source, fields: erased };
          return expression.holds(application.data)
            ? undefined
            : { guard: 'condition', expression: source, ...(message ? { message } : {}) };
        };
      }
    }
  };
  return compile;
}

function documentsAttached(requirements: string[]): CompiledGuard {
  return ({ application }) => {
    const missing = requirements.filter((requirement) => {
      const document = currentDocument(application, requirement);
      return !document || document.status === 'rejected';
    });
    return missing.length === 0 ? undefined : { guard: 'documents-attached', missing };
  };
}

function requirementsVerified(requirements: string[]): CompiledGuard {
  return ({ application }) => {
    const missing: string[] = [];
    const unverified: string[] = [];
    for (const requirement of requirements) {
      const document = currentDocument(application, requirement);
      if (!document) missing.push(requirement);
      else if (document.status !== 'verified') unverified.push(requirement);
    }
    return missing.length + unverified.length === 0
      ? undefined
      : { guard: 'requirements-verified', missing, unverified };
  };
}

function feeAssessed(owed: boolean): CompiledGuard {
  return ({ application }) =>
    owed && application.fee === undefined ? { guard: 'fee-assessed' } : undefined;
}

function feePaid(owed: boolean): CompiledGuard {
  return ({ application }) => {
    if (!owed) return undefined;
    const assessed = application.fee !== undefined;
    const outstanding = outstandingFee(application);
    return assessed && outstanding === 0 ? undefined : { guard: 'fee-paid', assessed, outstanding };
  };
}

function notTheSameOfficer(actions: string[]): CompiledGuard {
  return ({ application, actor }) => {
    const taken = application.steps.find(
      (step) => actions.includes(step.action) && step.actor === actor?.id,
    );
    return taken ? { guard: 'not-the-same-officer', action: taken.action } : undefined;
  };
}

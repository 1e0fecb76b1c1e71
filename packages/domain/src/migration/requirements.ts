import { currentDocument, type Application } from '../application/application.ts';
import type { CompiledService } from '../service/compile.ts';
import type { Guard } from '../service/guard.ts';
import { StateTree } from '../service/state-tree.ts';
import type { ActionDefinition } from '../service/workflow.ts';

/** What the new version asks at submission and this file never gave. It moves all the same. */
export type MigrationNote =
  | { type: 'field-missing'; field: string }
  | { type: 'field-not-valid'; field: string }
  | { type: 'document-missing'; document: string };

/** What a guard of the new version could never judge of this file. */
export type GuardProblem =
  /** Conditions read these fields; the file has none, and no action sets them. */
  | { type: 'condition-undefined'; fields: string[] }
  /** Four eyes ask who took `asked`; until now they asked about `taken`, which the version has not. */
  | { type: 'four-eyes-lost'; asked: string[]; taken: string[] }
  /** The fee is assessed at submission; this file was submitted without one. */
  | { type: 'fee-never-assessed' };

/** What is asked for now and was not before, as far as the file does not have it. */
export function missing(
  { definition: before }: CompiledService,
  { definition, fields }: CompiledService,
  application: Application,
): MigrationNote[] {
  const notes: MigrationNote[] = [];
  for (const [field, { required }] of Object.entries(definition.form)) {
    const value = application.data[field];
    if (value === undefined) {
      const isNew = required && !before.form[field]?.required;
      if (isNew) notes.push({ type: 'field-missing', field });
    } else if (!fields.get(field)?.safeParse(value).success) {
      notes.push({ type: 'field-not-valid', field });
    }
  }
  for (const [document, { required }] of Object.entries(definition.documents)) {
    const isNew = required && !before.documents[document]?.required;
    if (isNew && !currentDocument(application, document)) {
      notes.push({ type: 'document-missing', document });
    }
  }
  return notes;
}

/** Guards that the file would meet under the new version and that could not be decided by anybody. */
export function guardProblems(
  from: CompiledService,
  to: CompiledService,
  application: Application,
): GuardProblem[] {
  const { expressions, fourEyes, asksForFee, settable } = askedBy(to);
  const problems: GuardProblem[] = [];
  const fields = Object.entries(to.definition.form).flatMap(([field, { required }]) => {
    const isLost = required && application.data[field] === undefined && !settable.has(field);
    return isLost && expressions.some((source) => reads(source, field)) ? [field] : [];
  });
  if (fields.length > 0) problems.push({ type: 'condition-undefined', fields });

  const steps = new Set(application.steps.map(({ action }) => action));
  const asked = fourEyes.filter((action) => !from.actionNames.has(action) && !steps.has(action));
  const taken = askedBy(from).fourEyes.filter(
    (action) => steps.has(action) && !to.actionNames.has(action),
  );
  if (asked.length > 0 && taken.length > 0) problems.push({ type: 'four-eyes-lost', asked, taken });

  const { fee } = to.definition;
  const isDecidedAtSubmission = fee.kind === 'fixed' || fee.kind === 'table';
  if (asksForFee && isDecidedAtSubmission && !application.fee) {
    problems.push({ type: 'fee-never-assessed' });
  }
  return problems;
}

type Asked = {
  expressions: string[];
  /** Actions after which somebody else must act. */
  fourEyes: string[];
  asksForFee: boolean;
  settable: Set<string>;
};

const known = new WeakMap<CompiledService, Asked>();

/** What a version's guards ask for; worked out once for each version. */
function askedBy(service: CompiledService): Asked {
  let asked = known.get(service);
  if (!asked) known.set(service, (asked = collect(service)));
  return asked;
}

function collect({ definition }: CompiledService): Asked {
  const asked: Asked = {
    expressions: [],
    fourEyes: [],
    asksForFee: false,
    settable: new Set(),
  };
  const ask = (guard: Guard | undefined): void => {
    if (!guard) return;
    if ('all' in guard) guard.all.forEach(ask);
    else if ('any' in guard) guard.any.forEach(ask);
    else if ('not' in guard) ask(guard.not);
    else if (guard.name === 'condition') asked.expressions.push(guard.expression);
    else if (guard.name === 'not-the-same-officer') asked.fourEyes.push(...guard.as);
    else if (guard.name === 'fee-paid' || guard.name === 'fee-assessed') asked.asksForFee = true;
  };
  const look = (actions: Record<string, ActionDefinition> = {}) => {
    for (const { guard, branches = [], sets, set } of Object.values(actions)) {
      ask(guard);
      for (const branch of branches) ask(branch.guard);
      for (const field of [...sets, ...Object.keys(set)]) asked.settable.add(field);
    }
  };
  look(definition.workflow.on);
  for (const { definition: state } of new StateTree(definition.workflow).nodes) {
    look(state.on);
    for (const move of [...(state.always ?? []), ...(state.onDone ?? [])]) ask(move.guard);
  }
  asked.fourEyes = [...new Set(asked.fourEyes)];
  return asked;
}

/** Field names are letters and digits: nothing of them means anything in a pattern. */
function reads(expression: string, field: string): boolean {
  return new RegExp(`\\bdata\\.${field}\\b`).test(expression);
}

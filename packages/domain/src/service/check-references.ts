import { builtInRoles } from '../actor.ts';
import type { ServiceDefinition } from './definition.ts';
import { expressionCompiler, type ExpressionCompiler } from './expression.ts';
import { fieldSchema } from './form.ts';
import { doubtPersonal } from './check-personal.ts';
import type { Guard } from './guard.ts';
import { unknown, type DocumentPath, type Report } from './problem.ts';
import type { StateNode, StateTree } from './state-tree.ts';
import type { ActionDefinition } from './workflow.ts';

/** Guards may hold one another this deep. */
const deepestGuard = 8;

/** What actions, moves and guards name: states, fields, documents, actions, expressions. */
export function checkReferences(definition: ServiceDefinition, tree: StateTree, report: Report) {
  new References(definition, tree, report).check();
}

class References {
  readonly #definition: ServiceDefinition;
  readonly #tree: StateTree;
  readonly #report: Report;
  readonly #expressions: ExpressionCompiler;
  readonly #actions: Set<string>;
  readonly #fields: string[];
  readonly #documents: string[];

  constructor(definition: ServiceDefinition, tree: StateTree, report: Report) {
    this.#definition = definition;
    this.#tree = tree;
    this.#report = report;
    this.#expressions = expressionCompiler(definition.form);
    this.#fields = Object.keys(definition.form);
    this.#documents = Object.keys(definition.documents);
    const all = [definition.workflow, ...[...tree.nodes].map((node) => node.definition)];
    this.#actions = new Set(all.flatMap(({ on }) => Object.keys(on ?? {})));
  }

  check() {
    this.#checkForm();
    for (const [name, action] of Object.entries(this.#definition.workflow.on ?? {})) {
      this.#checkAction(action, undefined, ['workflow', 'on', name]);
    }
    for (const node of this.#tree.nodes) {
      for (const [name, action] of Object.entries(node.definition.on ?? {})) {
        this.#checkAction(action, node, [...node.at, 'on', name]);
      }
      for (const kind of ['always', 'onDone'] as const) {
        const moves = node.definition[kind] ?? [];
        for (const [index, move] of moves.entries()) {
          const at = [...node.at, kind, index];
          this.#checkTarget(move.target, node, [...at, 'target']);
          if (move.guard) this.#checkGuard(move.guard, [...at, 'guard'], 'automatic');
        }
        this.#checkOrder(moves, [...node.at, kind]);
      }
    }
  }

  #checkForm() {
    for (const [name, field] of Object.entries(this.#definition.form)) {
      const at = ['form', name];
      if ('min' in field && field.min !== undefined && field.max !== undefined) {
        if (field.min > field.max)
          this.#report.error([...at, 'min'], `is above max (${field.max})`);
      }
      if (field.enteredBy === 'officer' && field.required) {
        this.#report.error(
          [...at, 'required'],
          'officers enter this field, later: a form cannot require it',
        );
      }
      if (field.type === 'choice' && new Set(field.options).size < field.options.length) {
        this.#report.error([...at, 'options'], 'names an option twice');
      }
    }
  }

  #checkAction(action: ActionDefinition, from: StateNode | undefined, at: DocumentPath) {
    if (action.target !== undefined) this.#checkTarget(action.target, from, [...at, 'target']);
    if (action.guard) this.#checkGuard(action.guard, [...at, 'guard'], 'action');
    for (const [index, branch] of (action.branches ?? []).entries()) {
      const here = [...at, 'branches', index];
      if (branch.target !== undefined) this.#checkTarget(branch.target, from, [...here, 'target']);
      if (branch.guard) this.#checkGuard(branch.guard, [...here, 'guard'], 'action');
    }
    this.#checkOrder(action.branches ?? [], [...at, 'branches']);
    for (const [index, field] of action.sets.entries()) {
      this.#checkField(field, [...at, 'sets', index]);
      const { enteredBy } = this.#definition.form[field] ?? {};
      if (enteredBy === 'officer' && action.roles.includes(builtInRoles.applicant)) {
        this.#report.error(
          [...at, 'sets', index],
          `"${field}" is entered by officers; applicants may not set it`,
        );
      }
    }
    for (const [field, value] of Object.entries(action.set)) {
      if (!this.#checkField(field, [...at, 'set', field])) continue;
      const spec = this.#definition.form[field];
      const parsed = spec && fieldSchema(spec).safeParse(value);
      if (parsed && !parsed.success) {
        const why = parsed.error.issues.map(({ message }) => message).join('; ');
        this.#report.error([...at, 'set', field], `is no value of that field: ${why}`);
      }
      if (action.sets.includes(field)) {
        this.#report.error(
          [...at, 'set', field],
          'is also in `sets`, where it would be overruled; use one of them',
        );
      }
    }
  }

  #checkTarget(target: string, from: StateNode | undefined, at: DocumentPath) {
    if (this.#tree.resolve(target, from)) return;
    const siblings = from?.ancestors[0]?.children ?? this.#tree.top;
    const known = target.startsWith('#') ? this.#tree.paths.map((path) => `#${path}`) : undefined;
    const names = siblings.map(({ path }) => path.slice(path.lastIndexOf('.') + 1));
    const hint = known || !this.#tree.at(target) ? '' : `; from the root it is "#${target}"`;
    this.#report.error(at, unknown('state', target, known ?? names) + hint);
  }

  /** The first move whose guard is met is taken, so one without a guard ends the list. */
  #checkOrder(moves: readonly { guard?: Guard | undefined }[], at: DocumentPath) {
    const open = moves.findIndex(({ guard }) => !guard);
    if (open >= 0 && open < moves.length - 1) {
      this.#report.error([...at, open + 1], 'is never tried: the move before it has no guard');
    }
  }

  #checkGuard(guard: Guard, at: DocumentPath, of: 'action' | 'automatic', depth = 0) {
    if (depth > deepestGuard) {
      this.#report.error(at, `guards lie more than ${deepestGuard} deep in one another`);
    } else if ('all' in guard || 'any' in guard) {
      const [kind, list] =
        'all' in guard ? (['all', guard.all] as const) : (['any', guard.any] as const);
      for (const [index, inner] of list.entries()) {
        this.#checkGuard(inner, [...at, kind, index], of, depth + 1);
      }
    } else if ('not' in guard) {
      this.#checkGuard(guard.not, [...at, 'not'], of, depth + 1);
    } else {
      this.#checkNamedGuard(guard, at, of);
    }
  }

  #checkNamedGuard(
    guard: Extract<Guard, { name: string }>,
    at: DocumentPath,
    of: 'action' | 'automatic',
  ) {
    switch (guard.name) {
      case 'condition': {
        const expression = this.#expressions(guard.expression);
        if ('problem' in expression) {
          this.#report.error([...at, 'expression'], expression.problem);
        } else {
          doubtPersonal(this.#definition, expression, [...at, 'expression'], this.#report);
        }
        return;
      }
      case 'not-the-same-officer':
        if (of === 'automatic') {
          this.#report.error(at, 'has no officer to compare: this move follows by itself');
        }
        for (const [index, action] of guard.as.entries()) {
          if (this.#actions.has(action)) continue;
          this.#report.error([...at, 'as', index], unknown('action', action, [...this.#actions]));
        }
        return;
      case 'fee-assessed':
      case 'fee-paid':
        if (this.#definition.fee.kind === 'free') {
          this.#report.warning(at, 'is always met: the service is free');
        }
        return;
      case 'documents-attached':
      case 'requirements-verified':
        this.#checkDocumentGuard(guard, at);
    }
  }

  #checkDocumentGuard(guard: { name: string; documents?: string[] | undefined }, at: DocumentPath) {
    const { documents } = this.#definition;
    for (const [index, requirement] of (guard.documents ?? []).entries()) {
      if (!Object.hasOwn(documents, requirement)) {
        const message = unknown('document', requirement, this.#documents);
        this.#report.error([...at, 'documents', index], message);
      }
    }
    const asked =
      guard.documents ?? this.#documents.filter((requirement) => documents[requirement]?.required);
    if (asked.length === 0) {
      this.#report.warning(at, 'is always met: no document is required; name some in `documents`');
    }
    if (guard.name !== 'requirements-verified') return;
    const nobodys = asked.filter((requirement) => documents[requirement]?.verifiedBy.length === 0);
    if (nobodys.length > 0) {
      this.#report.error(
        at,
        `is never met: nobody verifies ${nobodys.join(', ')}; name roles in \`verifiedBy\` there`,
      );
    }
  }

  #checkField(field: string, at: DocumentPath): boolean {
    const known = Object.hasOwn(this.#definition.form, field);
    if (!known) this.#report.error(at, unknown('form field', field, this.#fields));
    return known;
  }
}

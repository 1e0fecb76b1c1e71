import type { ServiceDefinition } from './definition.ts';
import { expressionCompiler, type Expression } from './expression.ts';
import type { FieldValue, FormField } from './form.ts';
import type { Guard } from './guard.ts';
import type { DocumentPath, Report } from './problem.ts';
import type { StateTree } from './state-tree.ts';
import type { ActionDefinition } from './workflow.ts';

/** What is tried for one guard, and for all of a definition: beyond it, a guard is given the benefit. */
const most = { each: 10_000, all: 200_000 };

type Data = Record<string, FieldValue>;
/** Data that may be there, and whether papers, fees and other officers are as the guard wants them. */
type Situation = { data: Data; facts: ReadonlyMap<string, boolean> };

/**
 * Guards that no application can ever meet, alone or together with that of their action. Conditions
 * are tried with every combination of values that could make a difference to them: all options, and
 * around every number that they name. Those that reckon or call functions are not judged.
 */
export function checkGuards(definition: ServiceDefinition, tree: StateTree, report: Report) {
  const judge = new Guards(definition, tree);
  const never = (guards: readonly Guard[], set: Data, at: DocumentPath) => {
    if (judge.canHold(guards, set)) return true;
    report.error(at, 'is never met, whatever the application holds');
    return false;
  };
  const checkAction = (action: ActionDefinition, at: DocumentPath) => {
    const own = action.guard ? [action.guard] : [];
    if (action.guard && !never(own, action.set, [...at, 'guard'])) return;
    for (const [index, { guard }] of (action.branches ?? []).entries()) {
      if (guard) never([...own, guard], action.set, [...at, 'branches', index, 'guard']);
    }
  };
  for (const [name, action] of Object.entries(definition.workflow.on ?? {})) {
    checkAction(action, ['workflow', 'on', name]);
  }
  for (const { definition: state, at } of tree.nodes) {
    for (const [name, action] of Object.entries(state.on ?? {})) {
      checkAction(action, [...at, 'on', name]);
    }
    for (const kind of ['always', 'onDone'] as const) {
      for (const [index, { guard }] of (state[kind] ?? []).entries()) {
        if (guard) never([guard], {}, [...at, kind, index, 'guard']);
      }
    }
  }
}

class Guards {
  readonly #definition: ServiceDefinition;
  readonly #compile: ReturnType<typeof expressionCompiler>;
  readonly #compiled = new Map<string, Expression | undefined>();
  /** Values that steps give each field. */
  readonly #given = new Map<string, Set<FieldValue> | 'any'>();
  #left = most.all;

  constructor(definition: ServiceDefinition, tree: StateTree) {
    this.#definition = definition;
    this.#compile = expressionCompiler(definition.form);
    const all = [definition.workflow, ...[...tree.nodes].map((node) => node.definition)];
    for (const { sets, set } of all.flatMap(({ on }) => Object.values(on ?? {}))) {
      for (const field of sets) this.#given.set(field, 'any');
      for (const [field, value] of Object.entries(set)) {
        const given = this.#given.get(field) ?? new Set();
        this.#given.set(field, given);
        if (given !== 'any') given.add(value);
      }
    }
  }

  /** Whether some application meets all of these; true where that cannot be told. */
  canHold(guards: readonly Guard[], set: Data): boolean {
    const conditions = guards.flatMap(conditionsIn);
    const facts = [...new Set(guards.flatMap(factsIn))];
    const judged = conditions.filter((source) => this.#judged(source));
    const opaque = conditions.filter((source) => !this.#judged(source));
    const free = [...facts, ...new Set(opaque)];
    const fields = Object.entries(this.#definition.form)
      .filter(([name]) => judged.some((source) => named(source).has(name)))
      .map(([name, field]) => [name, this.#values(name, field, judged)] as const);
    const combinations =
      fields.reduce((product, [, values]) => product * values.length, 1) * 2 ** free.length;
    if (combinations > most.each || combinations > this.#left) return true;
    this.#left -= combinations;
    for (let number = 0; number < combinations; number++) {
      let rest = number;
      const draw = (count: number) => {
        const drawn = rest % count;
        rest = Math.floor(rest / count);
        return drawn;
      };
      const data: Data = {};
      for (const [name, values] of fields) {
        const value = values[draw(values.length)];
        if (value !== undefined) data[name] = value;
      }
      const situation = {
        data: { ...data, ...set },
        facts: new Map(free.map((fact) => [fact, draw(2) === 1])),
      };
      if (guards.every((guard) => this.#holds(guard, situation))) return true;
    }
    return false;
  }

  #holds(guard: Guard, situation: Situation): boolean {
    if ('all' in guard) return guard.all.every((one) => this.#holds(one, situation));
    if ('any' in guard) return guard.any.some((one) => this.#holds(one, situation));
    if ('not' in guard) return !this.#holds(guard.not, situation);
    if (guard.name === 'condition') {
      const free = situation.facts.get(guard.expression);
      return free ?? this.#expression(guard.expression)?.holds(situation.data) ?? true;
    }
    const isOfFee = guard.name === 'fee-paid' || guard.name === 'fee-assessed';
    if (isOfFee && this.#definition.fee.kind === 'free') return true;
    return situation.facts.get(factOf(guard)) ?? true;
  }

  #judged(source: string): boolean {
    return !reckons(source) && this.#expression(source) !== undefined;
  }

  #expression(source: string): Expression | undefined {
    if (!this.#compiled.has(source)) {
      const compiled = this.#compile(source);
      this.#compiled.set(source, 'problem' in compiled ? undefined : compiled);
    }
    return this.#compiled.get(source);
  }

  /** Values of a field that conditions can tell apart; `undefined` is a field that is not there. */
  #values(
    name: string,
    field: FormField,
    conditions: readonly string[],
  ): (FieldValue | undefined)[] {
    const given = this.#given.get(name);
    const byOfficers = field.enteredBy === 'officer';
    const absent = byOfficers || !field.required ? [undefined] : [];
    if (byOfficers && given !== 'any') return [...absent, ...(given ?? [])];
    return [...absent, ...valuesOf(field, conditions)];
  }
}

function valuesOf(field: FormField, conditions: readonly string[]): FieldValue[] {
  /** So many values lie between one that is named and the next. */
  const betweens = Array.from({ length: fieldsCompared(conditions) }, (_, index) => index + 1);
  switch (field.type) {
    case 'boolean':
      return [true, false];
    case 'choice':
      return field.options;
    case 'text':
    case 'date': {
      const texts = conditions.flatMap((source) =>
        [...source.matchAll(quoted)].map(([text]) => text.slice(1, -1)),
      );
      const between = betweens.map((nth) => '~'.repeat(nth));
      return [
        ...new Set(['', ...texts].flatMap((text) => [text, ...between.map((more) => text + more)])),
      ];
    }
    case 'integer':
    case 'number':
    case 'rupiah': {
      const { min = -Infinity, max = Infinity } = field;
      const edges = [min, max, 0, ...conditions.flatMap(numbersIn)].filter(Number.isFinite);
      const step = field.type === 'number' ? nearestTwo(edges) / (betweens.length + 1) : 1;
      const values = edges.flatMap((edge) => [
        edge,
        ...betweens.flatMap((nth) => [edge - nth * step, edge + nth * step]),
      ]);
      return [...new Set(values)].filter((value) => value >= min && value <= max);
    }
  }
}

/** How far apart those two numbers are that are nearest to one another. */
function nearestTwo(numbers: readonly number[]): number {
  const sorted = [...new Set(numbers)].toSorted((a, b) => a - b);
  return Math.min(1, ...sorted.slice(1).map((number, index) => number - (sorted[index] ?? 0)));
}

/** Of as many fields as these conditions compare with one another, each may have a value of its own. */
function fieldsCompared(conditions: readonly string[]): number {
  const compares = conditions.some((source) => /[<>=]\s*data\b/.test(source));
  return compares ? new Set(conditions.flatMap((source) => [...named(source)])).size : 1;
}

const quoted = /"[^"\\]*"|'[^'\\]*'/g;

/** Whether a condition does more than compare fields with one another and with what it names. */
function reckons(source: string): boolean {
  const bare = source.replaceAll(quoted, '""').replaceAll(/(?<=[<>=(,[]\s*)-(?=\d)/g, '');
  return /[-+*/%\\?]|\w\s*\(|\]\s*\[|"\s*\[|data\s*\[/.test(bare.replaceAll(/\bin\s*\(/g, 'in '));
}

function named(source: string): Set<string> {
  return new Set([...source.matchAll(/\bdata\s*\.\s*(\w+)/g)].map(([, field = '']) => field));
}

function numbersIn(source: string): number[] {
  return [...source.replaceAll(quoted, '').matchAll(/-?(0x[\da-f]+|(\d*\.)?\d+(e\d+)?)/gi)].map(
    ([text]) => Number(text),
  );
}

function conditionsIn(guard: Guard): string[] {
  if ('all' in guard) return guard.all.flatMap(conditionsIn);
  if ('any' in guard) return guard.any.flatMap(conditionsIn);
  if ('not' in guard) return conditionsIn(guard.not);
  return guard.name === 'condition' ? [guard.expression] : [];
}

function factsIn(guard: Guard): string[] {
  if ('all' in guard) return guard.all.flatMap(factsIn);
  if ('any' in guard) return guard.any.flatMap(factsIn);
  if ('not' in guard) return factsIn(guard.not);
  return guard.name === 'condition' ? [] : [factOf(guard)];
}

function factOf(guard: Guard): string {
  return JSON.stringify(guard);
}

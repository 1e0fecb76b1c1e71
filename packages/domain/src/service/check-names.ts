import { builtInRoles } from '../actor.ts';
import { takenByTheEngine } from './check-deadlines.ts';
import type { ServiceDefinition } from './definition.ts';
import type { DocumentPath, Report } from './problem.ts';
import type { StateTree } from './state-tree.ts';
import { editDistance } from './suggestion.ts';

type Use = { name: string; at: DocumentPath };

/**
 * Roles and units are declared nowhere: a definition gives them meaning by using them. So one that is
 * used once, and nearly like another, is doubted; and nobody takes an action alone with the engine.
 */
export function checkNames(definition: ServiceDefinition, tree: StateTree, report: Report) {
  const roles = rolesUsed(definition, tree);
  doubtNearMisses('role', roles, [builtInRoles.applicant, builtInRoles.supervisor], report);
  const units: Use[] = [...tree.nodes].flatMap(({ at, definition: { unit } }) =>
    unit === undefined ? [] : [{ name: unit, at: [...at, 'unit'] }],
  );
  doubtNearMisses('unit', units, [definition.unit], report);
  checkTakers(definition, tree, report);
}

function rolesUsed(definition: ServiceDefinition, tree: StateTree) {
  const { submittedBy, standard, documents, fee, workflow } = definition;
  const uses: Use[] = [];
  const add = (names: readonly string[], at: DocumentPath) => {
    for (const [index, name] of names.entries()) uses.push({ name, at: [...at, index] });
  };
  add(submittedBy, ['submittedBy']);
  for (const [requirement, { attachedBy, verifiedBy }] of Object.entries(documents)) {
    add(attachedBy, ['documents', requirement, 'attachedBy']);
    add(verifiedBy, ['documents', requirement, 'verifiedBy']);
  }
  if ('assessedBy' in fee) add(fee.assessedBy, ['fee', 'assessedBy']);
  if ('receivedBy' in fee) add(fee.receivedBy, ['fee', 'receivedBy']);
  for (const { at, on } of [
    { at: ['workflow'] as DocumentPath, on: workflow.on },
    ...[...tree.nodes].map((node) => ({ at: node.at, on: node.definition.on })),
  ]) {
    for (const [action, { roles }] of Object.entries(on ?? {}))
      add(roles, [...at, 'on', action, 'roles']);
  }
  // Last: of two that are used once each, who acts is named right.
  for (const [index, { to }] of (standard.escalations ?? []).entries())
    add(to, ['standard', 'escalations', index, 'to']);
  return uses;
}

/** A name used once, one or two letters from one that is known, used more often, or used before. */
function doubtNearMisses(
  kind: string,
  uses: readonly Use[],
  known: readonly string[],
  report: Report,
) {
  const counts = new Map<string, number>(known.map((name) => [name, Infinity]));
  for (const { name } of uses) counts.set(name, (counts.get(name) ?? 0) + 1);
  if (counts.size > mostNames) return;
  const seen = new Set(known);
  for (const { name, at } of uses) {
    seen.add(name);
    if (counts.get(name) !== 1) continue;
    for (const [other, count] of counts) {
      // Of two that are used once each, the later is doubted.
      if ((count < 2 && !seen.has(other)) || !nearMiss(name, other)) continue;
      report.warning(at, `"${name}" is used only here; did you mean the ${kind} "${other}"?`);
      break;
    }
  }
}

/** Of more names than this nobody could say which is a slip, and each is compared with each. */
const mostNames = 500;
/** Officers and offices go by two or three letters. */
const longestAbbreviation = 3;

/** Whether one is probably the other with a slip; `reviewer-1` and `reviewer-2` are meant to differ. */
function nearMiss(a: string, b: string): boolean {
  if (a === b || a.replaceAll(/-?\d+/g, '') === b.replaceAll(/-?\d+/g, '')) return false;
  // A slip rarely takes the first letter; abbreviations of offices differ by it.
  if (a[0] !== b[0]) return false;
  // So they do inside a name: `jd-field` and `je-field` are two officers.
  const words = [a.split('-'), b.split('-')] as const;
  if (words[0].length === words[1].length) {
    const differing = words[0].flatMap((word, index) => {
      const other = words[1][index] ?? '';
      return word === other ? [] : [Math.max(word.length, other.length)];
    });
    if (differing.every((length) => length <= longestAbbreviation)) return false;
  }
  const within = Math.min(a.length, b.length) >= 8 ? 2 : 1;
  return Math.min(a.length, b.length) >= 4 && editDistance(a, b) <= within;
}

function checkTakers(definition: ServiceDefinition, tree: StateTree, report: Report) {
  const byTheEngine = takenByTheEngine(definition, tree);
  const all = [
    { at: ['workflow'] as DocumentPath, on: definition.workflow.on },
    ...[...tree.nodes].map((node) => ({ at: node.at, on: node.definition.on })),
  ];
  for (const { at, on } of all) {
    for (const [action, { roles }] of Object.entries(on ?? {})) {
      const here = [...at, 'on', action, 'roles'];
      const isTaken = byTheEngine.has(action) && roles.includes(builtInRoles.system);
      if (!isTaken && roles.every((role) => nobody.has(role))) {
        report.error(
          here,
          `nobody may take it: ${roles.join(', ')} takes no actions; name an officer`,
        );
      }
      if (new Set(roles).size < roles.length) report.warning(here, 'names a role twice');
    }
  }
}

/** Built-in roles that read, publish or keep time, and never have a file on the desk. */
const nobody = new Set<string>([
  builtInRoles.auditor,
  builtInRoles.system,
  builtInRoles.unitAdministrator,
]);

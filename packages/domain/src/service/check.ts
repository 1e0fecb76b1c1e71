import { asMeant } from './as-meant.ts';
import { checkContact } from './check-contact.ts';
import { checkDeadlines } from './check-deadlines.ts';
import { checkFlow } from './check-flow.ts';
import { checkGuards } from './check-guards.ts';
import { checkIssuing } from './check-issuing.ts';
import { checkNames } from './check-names.ts';
import { checkOutputs } from './check-outputs.ts';
import { checkPersonal } from './check-personal.ts';
import { checkPromises } from './check-promises.ts';
import { checkReferences } from './check-references.ts';
import { checkStandards } from './check-standards.ts';
import { checkStructure } from './check-structure.ts';
import type { ServiceDefinition } from './definition.ts';
import { checkFeeTable } from './fee-table.ts';
import { begins } from './mended.ts';
import { isError, reportInto, type Problem } from './problem.ts';
import { StateTree } from './state-tree.ts';

export type { DocumentPath, Problem } from './problem.ts';

/**
 * Everything about a definition that its schema cannot say. It may be published when no problem is
 * an error: then it compiles, XState accepts it, and every file can reach an end.
 *
 * @param keepsMoves false for a definition of which parts are missing: where moves lead is not judged
 */
export function checkDefinition(definition: ServiceDefinition, keepsMoves = true): Problem[] {
  const problems: Problem[] = [];
  const report = reportInto(problems);
  if (!definition.id.startsWith(`${definition.unit}.`)) {
    const { unit } = definition;
    report.error(['id'], `begins with another unit than "${unit}"; name it "${unit}.…"`);
  }
  const tree = new StateTree(definition.workflow);
  checkStructure(definition.workflow, tree, report);
  checkReferences(definition, tree, report);
  if (keepsMoves) problems.push(...problemsOfMoves(definition, problems));
  checkNames(definition, tree, report);
  checkPromises(definition, tree, report);
  checkDeadlines(definition, tree, report);
  checkOutputs(definition, tree, report);
  checkFeeTable(definition, report);
  checkContact(definition, report);
  checkPersonal(definition, report);
  return problems;
}

/** Where moves lead can only be followed once each leads somewhere, if need be to where it was meant to. */
function problemsOfMoves(definition: ServiceDefinition, known: readonly Problem[]): Problem[] {
  const wrong = known.filter(isError);
  const workflow = wrong.length > 0 ? asMeant(definition.workflow) : definition.workflow;
  if (!workflow) return [];
  const meant = { ...definition, workflow };
  const tree = new StateTree(workflow);
  const problems: Problem[] = [];
  const report = reportInto(problems);
  checkFlow(workflow, tree, report);
  checkGuards(meant, tree, report);
  checkStandards(meant, tree, report);
  checkIssuing(workflow, tree, report);
  return problems.filter(({ path }) => !wrong.some((other) => begins(path, other.path)));
}

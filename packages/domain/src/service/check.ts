import { checkContact } from './check-contact.ts';
import { checkDeadlines } from './check-deadlines.ts';
import { checkFlow } from './check-flow.ts';
import { checkGuards } from './check-guards.ts';
import { checkIssuing } from './check-issuing.ts';
import { checkNames } from './check-names.ts';
import { checkOutputs } from './check-outputs.ts';
import { checkPromises } from './check-promises.ts';
import { checkReferences } from './check-references.ts';
import { checkStandards } from './check-standards.ts';
import { checkStructure } from './check-structure.ts';
import type { ServiceDefinition } from './definition.ts';
import { checkFeeTable } from './fee-table.ts';
import { isError, reportInto, type Problem } from './problem.ts';
import { StateTree } from './state-tree.ts';

export type { DocumentPath, Problem } from './problem.ts';

/**
 * Everything about a definition that its schema cannot say. It may be published when no problem is
 * an error: then it compiles, XState accepts it, and every file can reach an end.
 */
export function checkDefinition(definition: ServiceDefinition): Problem[] {
  const problems: Problem[] = [];
  const report = reportInto(problems);
  if (!definition.id.startsWith(`${definition.unit}.`)) {
    const { unit } = definition;
    report.error(['id'], `begins with another unit than "${unit}"; name it "${unit}.…"`);
  }
  const tree = new StateTree(definition.workflow);
  checkStructure(definition.workflow, tree, report);
  checkReferences(definition, tree, report);
  // Where moves lead can only be followed once each leads somewhere.
  if (!problems.some(isError)) {
    checkFlow(definition.workflow, tree, report);
    checkGuards(definition, tree, report);
    checkStandards(definition, tree, report);
    checkIssuing(definition.workflow, tree, report);
  }
  checkNames(definition, tree, report);
  checkPromises(definition, tree, report);
  checkDeadlines(definition, tree, report);
  checkOutputs(definition, tree, report);
  checkFeeTable(definition, report);
  checkContact(definition, report);
  return problems;
}

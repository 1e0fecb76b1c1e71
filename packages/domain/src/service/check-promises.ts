import { builtInRoles } from '../actor.ts';
import { importedRole } from '../audit/imported-log.ts';
import type { ServiceDefinition } from './definition.ts';
import type { Guard } from './guard.ts';
import type { DocumentPath, Report } from './problem.ts';
import { clockOf, type StateNode, type StateTree } from './state-tree.ts';
import type { ActionDefinition } from './workflow.ts';

/** What a definition promises outside its workflow: clocks that count, papers and fees somebody handles. */
export function checkPromises(definition: ServiceDefinition, tree: StateTree, report: Report) {
  checkClocks(definition, tree, report);
  checkDesks(definition, tree, report);
  checkPayment(definition, tree, report);
}

function checkClocks({ submittedBy }: ServiceDefinition, tree: StateTree, report: Report) {
  const isTakenOver = submittedBy.every((role) => role === importedRole);
  const innermost = [...tree.nodes].filter(({ children }) => children.length === 0);
  const begins = innermost.some((node) => clockOf(node) === 'running');
  if (innermost.length > 0 && !begins && !isTakenOver) {
    report.error(
      ['workflow', 'states'],
      'the promised time never begins: no state has `clock: running`',
    );
  }
  for (const node of tree.nodes) {
    if (!node.definition.standard) continue;
    const at = [...node.at, 'standard'];
    if (node.children.length > 0) {
      report.error(at, 'is never counted: the file is in the inner states; give it to one of them');
    } else if (clockOf(node) !== 'running') {
      report.warning(at, `is never counted: the clock is ${clockOf(node)} here`);
    }
  }
}

/**
 * Papers and fees are handled by whoever has the file: a role that acts in no state never does, and
 * actions of the whole workflow bring the file to nobody's desk.
 */
function checkDesks({ documents, fee }: ServiceDefinition, tree: StateTree, report: Report) {
  const acting = new Set([...tree.nodes].flatMap(actionsOf).flatMap(({ roles }) => roles));
  const needsActing = (roles: readonly string[], at: DocumentPath, does: string) => {
    if (roles.length > 0 && !roles.some((role) => acting.has(role))) {
      report.warning(at, `nobody ${does}: ${roles.join(', ')} may take no action in any state`);
    }
  };
  for (const [requirement, { attachedBy, verifiedBy }] of Object.entries(documents)) {
    const at = ['documents', requirement];
    needsActing(attachedBy, [...at, 'attachedBy'], 'hands it in');
    needsActing(verifiedBy, [...at, 'verifiedBy'], 'verifies it');
  }
  if (fee.kind === 'assessed') needsActing(fee.assessedBy, ['fee', 'assessedBy'], 'assesses it');
  if (fee.kind !== 'free' && fee.receivedBy.includes(builtInRoles.applicant)) {
    report.error(['fee', 'receivedBy'], 'applicants cannot record that they have paid');
  }
}

function checkPayment({ fee, workflow }: ServiceDefinition, tree: StateTree, report: Report) {
  if (fee.kind === 'free') return;
  const guards = [
    ...Object.values(workflow.on ?? {}).flatMap(guardsOf),
    ...[...tree.nodes].flatMap((node) => [
      ...actionsOf(node).flatMap(guardsOf),
      ...[...(node.definition.always ?? []), ...(node.definition.onDone ?? [])].map(
        ({ guard }) => guard,
      ),
    ]),
  ];
  if (!guards.some((guard) => guard && asksForPayment(guard))) {
    report.warning(['fee'], 'nothing waits for the payment: give an action the guard `fee-paid`');
  }
}

function asksForPayment(guard: Guard): boolean {
  if ('all' in guard) return guard.all.some(asksForPayment);
  if ('any' in guard) return guard.any.some(asksForPayment);
  if ('not' in guard) return asksForPayment(guard.not);
  return guard.name === 'fee-paid';
}

function actionsOf({ definition }: StateNode): ActionDefinition[] {
  return Object.values(definition.on ?? {});
}

function guardsOf({ guard, branches }: ActionDefinition): (Guard | undefined)[] {
  return [guard, ...(branches ?? []).map((branch) => branch.guard)];
}

import { builtInRoles } from '../actor.ts';
import type { ServiceDefinition } from './definition.ts';
import { unknown, type DocumentPath, type Report } from './problem.ts';
import { clockOf, targetsOf, type StateNode, type StateTree } from './state-tree.ts';
import type { ActionDefinition } from './workflow.ts';

/** Whether what the engine does when a time is over can be done, and more time is of the same kind. */
export function checkDeadlines(definition: ServiceDefinition, tree: StateTree, report: Report) {
  for (const node of tree.nodes) {
    checkDeadline(definition, node, report);
    if (node.definition.reentry && !node.definition.standard) {
      report.warning([...node.at, 'reentry'], 'says nothing: this state has no `standard`');
    }
  }
  checkDeemed(definition, tree, report);
  checkExtensions(definition, tree, report);
}

/** The actions that the engine takes by itself. */
export function takenByTheEngine({ standard }: ServiceDefinition, tree: StateTree): Set<string> {
  const taken = [...tree.nodes].flatMap(({ definition }) => definition.deadline?.take ?? []);
  return new Set([...taken, ...(standard.deemed ? [standard.deemed.take] : [])]);
}

function checkDeadline(service: ServiceDefinition, node: StateNode, report: Report) {
  const { deadline } = node.definition;
  if (!deadline) return;
  const at = [...node.at, 'deadline'];
  if (node.type === 'final') {
    return report.error(at, 'is never counted: a file that has ended waits for nothing');
  }
  if (node.children.length > 0) {
    return report.error(at, 'is never counted: the file is in the inner states; give it to them');
  }
  const actions = actionsIn(service, node);
  const action = actions.get(deadline.take);
  if (!action) {
    return report.error(
      [...at, 'take'],
      unknown('action here', deadline.take, [...actions.keys()]),
    );
  }
  checkTaken(deadline.take, action, [...at, 'take'], report);
}

function checkDeemed(service: ServiceDefinition, tree: StateTree, report: Report) {
  const { deemed } = service.standard;
  if (!deemed) return;
  const at = ['standard', 'deemed', 'take'];
  const counting = [...tree.nodes].filter(
    (node) => node.children.length === 0 && clockOf(node) === 'running',
  );
  const taken = counting.map((node) => actionsIn(service, node).get(deemed.take));
  const [first] = taken.filter((action) => action !== undefined);
  if (!first) {
    const known = new Set(counting.flatMap((node) => [...actionsIn(service, node).keys()]));
    return report.error(at, unknown('action while the clock runs', deemed.take, [...known]));
  }
  for (const action of new Set(taken)) if (action) checkTaken(deemed.take, action, at, report);
  const without = counting.filter((_, index) => taken[index] === undefined);
  if (without.length > 0) {
    const states = without.map(({ path }) => path).join(', ');
    report.warning(
      at,
      `does not decide on a file in ${states}: give "${deemed.take}" to these states, or to workflow.on`,
    );
  }
  const runsOn = new Set(
    counting.flatMap((node, index) => {
      const action = taken[index];
      return action ? runningAfter(action, node, tree) : [];
    }),
  );
  for (const state of runsOn) {
    report.warning(
      at,
      `leaves the file in ${state}, where the clock runs on and the decision stays due: ` +
        'lead it to an end, or to a state whose clock does not run',
    );
  }
}

/** States in which the clock runs although the action has been taken; the same one where it leads nowhere. */
function runningAfter(action: ActionDefinition, node: StateNode, tree: StateTree): string[] {
  const targets = targetsOf(action);
  const entered =
    targets.length === 0
      ? [node]
      : targets.flatMap((target) => {
          const to = tree.resolve(target, node) ?? tree.at(target);
          return to ? tree.entered(to, node) : [];
        });
  return entered
    .filter(({ children }) => children.length === 0)
    .filter((state) => clockOf(state) === 'running')
    .map(({ path }) => path);
}

function checkTaken(name: string, { roles }: ActionDefinition, at: DocumentPath, report: Report) {
  if (roles.includes(builtInRoles.system)) return;
  report.error(at, `the engine may not take "${name}": add "${builtInRoles.system}" to its roles`);
}

function checkExtensions(service: ServiceDefinition, tree: StateTree, report: Report) {
  const { unit } = service.standard.time;
  const all = [
    { at: ['workflow'] as DocumentPath, on: service.workflow.on },
    ...[...tree.nodes].map((node) => ({ at: node.at, on: node.definition.on })),
  ];
  for (const { at, on } of all) {
    for (const [name, action] of Object.entries(on ?? {})) {
      if (!action.extends || action.extends.by.unit === unit) continue;
      report.error(
        [...at, 'on', name, 'extends', 'by', 'unit'],
        `is another kind of time than the promise's ${unit}: they cannot be added`,
      );
    }
  }
}

/** What can be done in a state: its own actions, its parents' and those of the whole workflow. */
function actionsIn({ workflow }: ServiceDefinition, node: StateNode) {
  const scopes = [workflow.on, ...node.ancestors.map((one) => one.definition.on).toReversed()];
  return new Map(
    [...scopes, node.definition.on].flatMap((on) => Object.entries<ActionDefinition>(on ?? {})),
  );
}

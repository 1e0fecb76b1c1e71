import { countsWorkingTime, type Duration } from '../sla/duration.ts';
import type { ServiceDefinition } from './definition.ts';
import type { Report } from './problem.ts';
import { targetsOf, type StateNode, type StateTree } from './state-tree.ts';

/** Civil servants work 37.5 hours in five days (Perpres 21/2023). */
const minutesOfWorkingDay = 450;

/**
 * Whether the steps' standards leave room for the service's: none is longer, and the quickest way to
 * each end is not. Only times of one kind are compared, working time or clock time.
 */
export function checkStandards(definition: ServiceDefinition, tree: StateTree, report: Report) {
  const { time } = definition.standard;
  const comparable = (standard: Duration | undefined): standard is Duration =>
    standard !== undefined && countsWorkingTime(standard.unit) === countsWorkingTime(time.unit);
  for (const { at, definition: state } of tree.nodes) {
    if (!comparable(state.standard) || minutesOf(state.standard) <= minutesOf(time)) continue;
    report.warning(
      [...at, 'standard'],
      `is longer than the whole service's: ${said(state.standard)} of ${said(time)}`,
    );
  }
  const least = leastTimes(definition, tree, (node) =>
    comparable(node.definition.standard) ? minutesOf(node.definition.standard) : 0,
  );
  for (const [end, minutes] of least) {
    if (end.type !== 'final' || minutes <= minutesOf(time)) continue;
    const longest = Math.max(...[...tree.nodes].map((node) => minutesIn(node, comparable)));
    // Said of that state already.
    if (longest > minutesOf(time)) continue;
    const share = Math.round((minutes / minutesOf(time)) * 100);
    report.warning(
      ['standard', 'time'],
      `is too short for its steps: the quickest way to "${end.path}" takes ${share} % of it`,
    );
  }
}

function minutesIn(
  { definition: { standard } }: StateNode,
  comparable: (standard: Duration | undefined) => standard is Duration,
): number {
  return comparable(standard) ? minutesOf(standard) : 0;
}

/** The least time in which a file can come to the end of each state that lies in no other. */
function leastTimes(
  { workflow }: ServiceDefinition,
  tree: StateTree,
  minutes: (node: StateNode) => number,
): Map<StateNode, number> {
  const least = new Map<StateNode, number>();
  const initial = tree.at(workflow.initial);
  const open = new Map(initial ? [[initial, 0]] : []);
  const everywhere = Object.values(workflow.on ?? {}).flatMap(targetsOf);
  while (open.size > 0) {
    const [node, before] = [...open].reduce((first, one) => (one[1] < first[1] ? one : first));
    open.delete(node);
    const after = before + leastIn(node, minutes);
    least.set(node, after);
    const next = [
      ...ways(node, tree).map((to) => [to, after] as const),
      ...everywhere.map((target) => [tree.resolve(target, undefined), before] as const),
    ];
    for (const [to, at] of next) {
      const top = to && (to.ancestors.at(-1) ?? to);
      if (!top || least.has(top)) continue;
      open.set(top, Math.min(open.get(top) ?? Infinity, at));
    }
  }
  return least;
}

/** What a file spends here at the least: of regions the longest; of inner states only the first. */
function leastIn(node: StateNode, minutes: (node: StateNode) => number): number {
  if (node.type === 'parallel') {
    return Math.max(...node.children.map((region) => leastIn(region, minutes)));
  }
  const first = node.children.find(
    ({ path }) => path === `${node.path}.${node.definition.initial}`,
  );
  return first ? leastIn(first, minutes) : minutes(node);
}

function ways(node: StateNode, tree: StateTree): StateNode[] {
  const { on, always, onDone } = node.definition;
  const targets = [
    ...Object.values(on ?? {}).flatMap(targetsOf),
    ...[...(always ?? []), ...(onDone ?? [])].map(({ target }) => target),
  ];
  const own = targets.flatMap((target) => tree.resolve(target, node) ?? []);
  return [...own, ...node.children.flatMap((child) => ways(child, tree))];
}

function minutesOf({ amount, unit }: Duration): number {
  if (unit === 'working-days') return amount * minutesOfWorkingDay;
  if (unit === 'calendar-days') return amount * 24 * 60;
  return unit.endsWith('hours') ? amount * 60 : amount;
}

function said({ amount, unit }: Duration): string {
  return `${amount} ${unit}`;
}

import type { ServiceDefinition } from './definition.ts';
import { unknown, type DocumentPath, type Report } from './problem.ts';
import type { StateNode, StateTree } from './state-tree.ts';

/** Where an action gives out outputs. */
type Issue = { output: string; at: DocumentPath; action: string; from: StateNode | undefined };

/** What a service produces is given out by its actions: each names outputs that there are. */
export function checkOutputs(definition: ServiceDefinition, tree: StateTree, report: Report) {
  const known = Object.keys(definition.outputs ?? {});
  for (const { output, at } of issuesOf(definition, tree)) {
    if (!known.includes(output)) report.error(at, unknown('output', output, known));
  }
}

function issuesOf({ workflow }: ServiceDefinition, tree: StateTree): Issue[] {
  const all = [
    { from: undefined, at: ['workflow'] as DocumentPath, on: workflow.on },
    ...[...tree.nodes].map((node) => ({ from: node, at: node.at, on: node.definition.on })),
  ];
  return all.flatMap(({ from, at, on }) =>
    Object.entries(on ?? {}).flatMap(([action, { issues, branches = [] }]) => {
      const here = [...at, 'on', action];
      const lists = [
        { issues, at: [...here, 'issues'] },
        ...branches.map((branch, index) => ({
          issues: branch.issues,
          at: [...here, 'branches', index, 'issues'],
        })),
      ];
      return lists.flatMap((list) =>
        (list.issues ?? []).map((output, index) => ({
          output,
          at: [...list.at, index],
          action,
          from,
        })),
      );
    }),
  );
}

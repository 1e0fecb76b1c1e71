import type { ServiceDefinition } from './definition.ts';
import { sharedNumber } from './number-collision.ts';
import { unknown, type DocumentPath, type Report } from './problem.ts';
import { targetsOf, type StateNode, type StateTree } from './state-tree.ts';
import type { ActionDefinition, WorkflowDefinition } from './workflow.ts';

/** An action that gives out an output, and where that is written. */
export type Issue = {
  output: string;
  at: DocumentPath;
  action: ActionDefinition;
  /** The state that has the action; undefined for one of the whole workflow. */
  from: StateNode | undefined;
  /** Where the file goes with it. */
  targets: string[];
};

/** What a service produces is given out: each output by an action, once, and under its own number. */
export function checkOutputs(definition: ServiceDefinition, tree: StateTree, report: Report) {
  const outputs = Object.keys(definition.outputs ?? {});
  const issues = issuesOf(definition.workflow, tree);
  const misnamed = issues.filter(({ output }) => !outputs.includes(output));
  for (const { output, at } of misnamed) report.error(at, unknown('output', output, outputs));
  for (const output of outputs) {
    // Where a name is none, this one may be meant.
    if (misnamed.length > 0 || issues.some((issue) => issue.output === output)) continue;
    const message = 'no action issues it: name it in the `issues` of the action that gives it out';
    report.warning(['outputs', output], message);
  }
  for (const list of Map.groupBy(issues, ({ at }) => at.slice(0, -1).join('/')).values()) {
    const last = list.at(-1);
    if (!last || new Set(list.map(({ output }) => output)).size === list.length) continue;
    report.warning(last.at.slice(0, -1), 'names an output twice');
  }
  checkNumbers(definition, report);
}

/** Two documents of a service never bear the same number, in whatever office and year. */
function checkNumbers({ outputs = {}, id, unit }: ServiceDefinition, report: Report) {
  const numbered = Object.entries(outputs).flatMap(([output, { number }]) =>
    number === undefined ? [] : [{ output, number }],
  );
  for (const [index, { output, number }] of numbered.entries()) {
    if (/\{office\}\{sequence/.test(number)) {
      const message = 'the names of offices end in digits, too: write something before {sequence}';
      report.error(['outputs', output, 'number'], message);
    }
    for (const other of numbered.slice(0, index)) {
      const shared = sharedNumber(
        { pattern: number, service: id, unit },
        { pattern: other.number, service: id, unit },
      );
      if (shared === undefined) continue;
      const message = `could be that of "${other.output}", too: ${shared}; begin each with letters of its own`;
      report.error(['outputs', output, 'number'], message);
      break;
    }
  }
}

/** Every mention of an output in the workflow's actions and their branches. */
export function issuesOf(workflow: WorkflowDefinition, tree: StateTree): Issue[] {
  const all = [
    { from: undefined, at: ['workflow'] as DocumentPath, on: workflow.on },
    ...[...tree.nodes].map((node) => ({ from: node, at: node.at, on: node.definition.on })),
  ];
  return all.flatMap(({ from, at, on }) =>
    Object.entries(on ?? {}).flatMap(([name, action]) => {
      const here = [...at, 'on', name];
      const lists = [
        { issues: action.issues ?? [], at: [...here, 'issues'], targets: targetsOf(action) },
        ...(action.branches ?? []).map(({ issues = [], target }, index) => ({
          issues,
          at: [...here, 'branches', index, 'issues'],
          targets: target === undefined ? [] : [target],
        })),
      ];
      return lists.flatMap(({ issues, at: list, targets }) =>
        issues.map((output, index): Issue => ({
          output,
          at: [...list, index],
          action,
          from,
          targets,
        })),
      );
    }),
  );
}

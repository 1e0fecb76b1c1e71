import { planPaths, type PathPlan } from '@satu-atap/domain';
import { Option, type Command } from 'commander';
import { compiledFile } from '../definitions.ts';
import type { Language } from '../diagram/drawing.ts';
import { printToStdout } from './check.ts';
import { pathLines } from './paths-text.ts';

/** `satu-atap paths`: a test plan of few paths that together take every action of a service. */
export function pathsCommand(program: Command): void {
  program
    .command('paths')
    .description('plan paths through a service that together take every action, to try it by')
    .argument('<file>', 'the file of a service, in YAML or TypeScript')
    .addOption(new Option('--language <language>').choices(['id', 'en']).default('id'))
    .option('--json', 'print the plan as JSON')
    .action(async (file: string, options: { language: Language; json?: true }) => {
      const service = await compiledFile(file);
      const plan = planPaths(service);
      const lines = options.json
        ? [JSON.stringify(withoutDefinitions(plan), undefined, 2)]
        : pathLines(service, plan, options.language);
      for (const line of lines) printToStdout(line);
    });
}

/** The plan as data: of an action what a tester needs to take it. */
function withoutDefinitions(plan: PathPlan) {
  return {
    ...plan,
    paths: plan.paths.map(({ steps, outcome }) => ({
      outcome,
      steps: steps.map(({ action, ...step }) => ({
        ...step,
        ...(action
          ? {
              action: action.name,
              title: action.title,
              roles: action.definition.roles,
              unit: action.unit,
            }
          : {}),
      })),
    })),
  };
}

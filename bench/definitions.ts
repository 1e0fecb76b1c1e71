import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readServices } from '@satu-atap/cli';
import {
  compileService,
  decide,
  definitionDigest,
  isRefused,
  serviceDefinition,
  type CompiledService,
} from '@satu-atap/domain';
import { createMachine, transition } from 'xstate';
import { median, perSecond, print, sideBySide } from './measure.ts';
import { scratchFolder } from './setup.ts';
import { everyStep, withoutGuards, workflows } from './workflows.ts';

/** As many as a large mall offers. */
const services = 315;
const decisions = 20_000;
const catalogue = join(import.meta.dirname, '../services');

/** What it costs to take in the definitions of a whole mall, and to decide with one. */
export async function benchDefinitions(rounds: number): Promise<void> {
  await benchChecking(rounds);
  for (const [name, definition] of Object.entries(workflows())) {
    await benchDeciding(rounds, name, compiled(definition));
  }
}

/** Files read, checked and compiled, against the least that zod and XState need for the same. */
async function benchChecking(rounds: number): Promise<void> {
  const folder = mallOf(services);
  const { found, problems } = await readServices(folder);
  if (found.length !== services) throw new Error(JSON.stringify(problems[0]));
  const definitions = found.map(({ definition }) => definition);
  const configs = definitions.map((definition) => compiled(definition).machine.config);
  const rates = await sideBySide(rounds, [
    {
      name: `${services} files, read, checked and compiled`,
      run: () =>
        perSecond(services, async () => {
          for (const { definition } of (await readServices(folder)).found) compiled(definition);
        }),
    },
    {
      name: 'zod and XState alone',
      run: () =>
        perSecond(services, async () => {
          for (const [index, definition] of definitions.entries()) {
            serviceDefinition.parse(definition);
            createMachine(configs[index] ?? {});
          }
        }),
    },
  ]);
  print('Definitions of a mall', 'per second', rates);
  const seconds = median((rates[0]?.rounds ?? []).map((rate) => services / rate));
  console.log(`  all ${services} in ${seconds.toFixed(2)} s`);
}

/** A decision on every action in every state, against bare XState asked and told the same. */
async function benchDeciding(
  rounds: number,
  name: string,
  service: CompiledService,
): Promise<void> {
  const machine = withoutGuards(service);
  const { steps, calendars } = everyStep(service);
  const turns = Math.ceil(decisions / steps.length);
  const now = Temporal.Instant.from('2026-03-02T02:00:00Z');
  const each = (operation: (step: (typeof steps)[number]) => void) => () =>
    perSecond(turns * steps.length, async () => {
      for (let turn = 0; turn < turns; turn++) for (const step of steps) operation(step);
    });
  const rates = await sideBySide(rounds, [
    {
      name: `decide, ${name}`,
      run: each(({ application, command, actor }) => {
        const decision = decide(application, command, { service, calendars, actor, now });
        if (isRefused(decision)) throw new Error(decision.refusal.type);
      }),
    },
    {
      name: 'bare XState',
      run: each(({ application, event }) => {
        const snapshot = machine.resolveState({ value: application.value, context: {} });
        if (!snapshot.can(event)) throw new Error(event.type);
        transition(machine, snapshot, event);
      }),
    },
  ]);
  print(`Deciding: ${name}`, 'per second', rates);
}

/** The catalogue again and again under other names, and one of 50 states, in a folder. */
function mallOf(count: number): string {
  const folder = scratchFolder();
  const write = (file: string, text: string) => {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  const files = globSync('*/*.yaml', { cwd: catalogue }).toSorted();
  for (let number = 1; number < count; number++) {
    const file = files[number % files.length] ?? '';
    const text = readFileSync(join(catalogue, file), 'utf8');
    const renamed = text.replace(/^(id: \S+)/m, `$1-${number}`);
    write(file.replace('.yaml', `-${number}.yaml`), renamed);
  }
  // JSON is YAML.
  write('unit/large.yaml', JSON.stringify(workflows()['50 states']));
  return folder;
}

function compiled(definition: Parameters<typeof compileService>[0]): CompiledService {
  return compileService(definition, { version: 1, digest: definitionDigest(definition) });
}

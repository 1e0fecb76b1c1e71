import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compiledOffices } from '@satu-atap/cli';
import { CalendarCatalogue } from '@satu-atap/event-store';
import { people, sampleCalendar } from '@satu-atap/domain/testing';
import { Projector } from '@satu-atap/projections';
import { pino } from 'pino';
import { print, sideBySide, type Rate } from './measure.ts';
import { fill, openHouse, scratchFolder } from './setup.ts';

const length = 20;
const sizes = { small: 5000, large: 20_000 };
const root = fileURLToPath(new URL('..', import.meta.url));
const cli = join(root, 'packages/cli/src/main.ts');
const pass = fileURLToPath(new URL('audit-pass.ts', import.meta.url));
const sayMemory = new URL('peak-memory.ts', import.meta.url).href;

/**
 * What auditors run, as they run it: whole commands, from start to end, against one bare pass over the same
 * data. Their memory over four times as many events says whether it grows with the log.
 */
export async function benchAudit(rounds: number): Promise<void> {
  const small = await filled(sizes.small);
  const large = await filled(sizes.large);
  const events = sizes.large * length;
  const log = join(large, 'log.xes');
  const command = (...args: string[]) => run([cli, ...args]);
  const read = {
    name: 'bare: rows read, JSON parsed',
    run: ofEvents(events, [pass, 'read', large]),
  };

  command('verify', '--data', large);
  await compare(rounds, 'Verify', [
    {
      name: `verify, ${events} events`,
      run: ofEvents(events, [cli, 'verify', '--data', large]),
    },
    read,
  ]);
  await compare(rounds, 'Verify, without the read models', [
    {
      name: `verify --no-read-models, ${events} events`,
      run: ofEvents(events, [cli, 'verify', '--data', large, '--no-read-models']),
    },
    read,
  ]);
  await compare(rounds, 'Export to XES', [
    {
      name: `export xes, ${events} events`,
      run: ofEvents(events, [cli, 'export', 'xes', '--data', large, '--out', log]),
    },
    read,
  ]);
  // Submissions are no events of a log, and clocks that stop and go on are.
  const told = eventsIn(log);
  await compare(rounds, 'Import of XES, durable', [
    {
      name: `import xes, ${told} events, into an empty store`,
      run: async () => imported(log, told),
    },
    { name: 'bare: XML parsed', run: ofEvents(told, [pass, 'parse', log]) },
  ]);

  console.log('\nPeak memory, MiB, of 100,000 and of 400,000 events');
  const few = join(small, 'log.xes');
  for (const [name, first, second] of [
    ['verify', ['verify', '--data', small], ['verify', '--data', large]],
    [
      'export xes',
      ['export', 'xes', '--data', small, '--out', few],
      ['export', 'xes', '--data', large, '--out', log],
    ],
  ] as const) {
    const [a, b] = [command(...first), command(...second)];
    console.log(`  ${name.padEnd(12)} ${mebibytes(a.memory)}  ${mebibytes(b.memory)}`);
  }
  const [a, b] = [few, log].map((file) => inEmptyStore((data) => importInto(data, file)).memory);
  console.log(`  ${'import xes'.padEnd(12)} ${mebibytes(a)}  ${mebibytes(b)}`);
}

async function filled(applications: number): Promise<string> {
  const house = await openHouse(scratchFolder());
  const opening = Temporal.Instant.from('2026-01-01T00:00:00Z');
  await new CalendarCatalogue(house.store).publish(sampleCalendar, people.system, opening);
  await fill(house, applications, length);
  const folders = { offices: join(root, 'offices'), calendars: join(root, 'calendars') };
  const offices = await compiledOffices(folders, house.store);
  const { store, folder } = house;
  const log = pino({ level: 'silent' });
  await (await Projector.open({ store, folder, offices, log })).close();
  await house.store.close();
  run([cli, 'integrity', 'checkpoint', '--data', house.folder]);
  return house.folder;
}

async function compare(
  rounds: number,
  title: string,
  contenders: { name: string; run: () => Promise<number> }[],
): Promise<void> {
  const rates: Rate[] = await sideBySide(rounds, contenders);
  print(title, 'events/s', rates);
}

function ofEvents(events: number, args: readonly string[]): () => Promise<number> {
  return async () => (events * 1000) / run(args).milliseconds;
}

async function imported(log: string, events: number): Promise<number> {
  return (events * 1000) / inEmptyStore((data) => importInto(data, log)).milliseconds;
}

function importInto(data: string, log: string): Measured {
  return run([cli, 'import', 'xes', log, '--office', 'mpp-jakarta', '--data', data]);
}

function inEmptyStore<T>(work: (data: string) => T): T {
  const data = mkdtempSync(join(tmpdir(), 'satu-atap-import-'));
  try {
    return work(data);
  } finally {
    rmSync(data, { recursive: true });
  }
}

function eventsIn(log: string): number {
  if (statSync(log).size === 0) throw new Error('nothing was exported');
  return Number(run([pass, 'parse', log]).output);
}

type Measured = { milliseconds: number; memory: number; output: string };

/** Runs Node on a file, in the project's folder. @throws Error when it fails */
function run(args: readonly string[]): Measured {
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', sayMemory, ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const milliseconds = performance.now() - began;
  if (status !== 0) throw new Error(`${args.join(' ')} failed:\n${stdout}${stderr}`);
  const memory = Number(/peak-memory (\d+)/.exec(stderr)?.[1]);
  return { milliseconds, memory, output: stdout };
}

function mebibytes(kibibytes = Number.NaN): string {
  return Math.round(kibibytes / 1024)
    .toString()
    .padStart(6);
}

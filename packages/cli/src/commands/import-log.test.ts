import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applicationPrefix, EmbeddedEventStore } from '@satu-atap/event-store';
import { xesSource } from '@satu-atap/evidence';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SettingsError } from '../settings.ts';
import { importLogFile, type ImportLogOptions } from './import-log.ts';

/** Two event logs of Dutch municipalities (CoSeLoG; BPI Challenge 2015). Not part of the project. */
const shared =
  process.env['SATU_ATAP_SHARED'] ?? join(import.meta.dirname, '../../../../../shared');
const logs = join(shared, 'data/logs');
const there = existsSync(join(logs, 'receipt.xes.gz'));

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'satu-atap-import-'));
});
afterEach(async () => {
  await rm(data, { recursive: true });
});

const flags = (): ImportLogOptions => ({
  data,
  office: 'mpp-jakarta',
  unit: 'imported',
  map: new Map(),
  offices: 'offices',
});

async function importXes(file: string) {
  const lines: string[] = [];
  const isThere = await importLogFile(file, xesSource, flags(), (line) => lines.push(line));
  return { isThere, lines };
}

/** How many events of applications there are, and of which type the newest event is. */
async function standing() {
  const store = new EmbeddedEventStore({ file: join(data, 'events.sqlite') });
  try {
    let events = 0;
    let last = '';
    const ids = new Set<string>();
    for await (const batch of store.readAll()) {
      for (const { stream, type, id } of batch) {
        if (stream.startsWith(applicationPrefix)) events++;
        last = type;
        ids.add(id);
      }
    }
    return { events, last, ids: ids.size };
  } finally {
    await store.close();
  }
}

test.skipIf(there)(
  `the real logs are not here: set SATU_ATAP_SHARED to try them (looked in ${logs})`,
  () => {},
);

describe.skipIf(!there)('real logs', () => {
  test.each([
    ['receipt.xes.gz', '1434 cases, 8577 events, 116 variants, 27 activities', 1434 + 8577],
    ['BPIC15_1.xes.gz', '1199 cases, 52217 events, 1170 variants, 398 activities', 1199 + 52_217],
  ])('%s is taken over whole, once', { timeout: 120_000 }, async (name, counts, events) => {
    const { isThere, lines } = await importXes(join(logs, name));
    expect(isThere).toBe(true);
    expect(lines.join('\n')).toContain(counts);
    const after = await standing();
    expect(after).toMatchObject({ events, last: 'LogImportCompleted' });
    const again = await importXes(join(logs, name));
    expect(again.lines[0]).toContain('is there already');
    expect(await standing()).toEqual(after);
  });
});

test(
  'a run that is killed half-way is finished by the same command',
  { timeout: 120_000 },
  async () => {
    const trace = (number: number) =>
      `<trace><string key="concept:name" value="${number}"/>${'<event><string key="concept:name" value="work"/></event>'.repeat(5)}</trace>`;
    const log = join(data, 'long.xes');
    const cases = 8000;
    await writeFile(
      log,
      `<log>${Array.from({ length: cases }, (_, number) => trace(number)).join('')}</log>`,
    );

    const main = join(import.meta.dirname, '../main.ts');
    const command = ['import', 'xes', log, '--data', data, '--office', 'mpp-jakarta'];
    const child = spawn(process.execPath, [main, ...command], { stdio: 'ignore' });
    const exited = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    const watching = setInterval(() => {
      void halfWay().then((is) => is && child.kill('SIGKILL'));
    }, 20);
    const signal = await exited;
    clearInterval(watching);
    expect(signal).toBe('SIGKILL');
    const { events } = await standing();
    expect(events).toBeGreaterThan(0);
    expect(events).toBeLessThan(cases * 6);

    const { isThere, lines } = await importXes(log);
    expect(isThere).toBe(true);
    expect(lines[0]).toContain('an earlier run is finished');
    // The service, what was begun and what was completed stand beside the applications.
    expect(await standing()).toEqual({
      events: cases * 6,
      last: 'LogImportCompleted',
      ids: cases * 6 + 3,
    });
  },
);

/** Whether some cases were written already. */
async function halfWay(): Promise<boolean> {
  if (!existsSync(join(data, 'events.sqlite'))) return false;
  const store = new EmbeddedEventStore({ file: join(data, 'events.sqlite') });
  try {
    let found = 0;
    for await (const batch of store.readAll({ limit: 300 })) found += batch.length;
    return found === 300;
  } finally {
    await store.close();
  }
}

test('says of a file that is not there what it is', async () => {
  expect(await importXes(join(data, 'nothing.xes'))).toEqual({
    isThere: false,
    lines: [`${join(data, 'nothing.xes')}: there is no such file`, 'nothing is imported'],
  });
});

test.skipIf(process.platform === 'win32')(
  'says of a pipe and of a folder that they are no file, and waits for nobody',
  async () => {
    execFileSync('mkfifo', [join(data, 'pipe.xes')]);
    for (const name of ['pipe.xes', '.']) {
      expect((await importXes(join(data, name))).lines[0]).toContain(
        'is no file; name the file of one log',
      );
    }
  },
);

test('without a flag and without a data folder, puts cases into the first office and says which', async () => {
  const log = join(data, 'small.xes');
  await writeFile(log, '<log><trace><event/></trace></log>');
  const { office: _, ...without } = { ...flags(), data: join(data, 'new') };
  const lines: string[] = [];
  expect(await importLogFile(log, xesSource, without, (line) => lines.push(line))).toBe(true);
  expect(lines.at(-1)).toMatch(/^ {2}into mpp-\S+; say --office for another: mpp-/);
});

test.each([
  ['is not well-formed', '<log><trace></log>', {}],
  ['has an office that is none', '<log><trace/></log>', { office: 'mpp-nowhere' }],
  ['has a service that was never published', '<log><trace/></log>', { service: 'a.b' }],
  [
    'does not fit the service',
    '<log><trace><event><string key="concept:name" value="dance"/></event></trace></log>',
    { service: 'services/dpmptsp/stpw.yaml' },
  ],
])('leaves no data folder behind where it %s', async (_, content, wrong) => {
  const log = join(data, 'refused.xes');
  await writeFile(log, content);
  const given = { ...flags(), data: join(data, 'new'), ...wrong };
  const isDone = importLogFile(log, xesSource, given, () => {}).catch((error: unknown) => {
    if (error instanceof SettingsError) return false;
    throw error;
  });
  expect(await isDone).toBe(false);
  expect(existsSync(join(data, 'new'))).toBe(false);
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  activeStates,
  clocksOf,
  evolve,
  readApplicationEvent,
  serviceDefinition,
  type Application,
  type ServiceDefinition,
  type ServiceDefinitionInput,
} from '@satu-atap/domain';
import { office, people, sampleOffices, samplePermit } from '@satu-atap/domain/testing';
import {
  applicationStream,
  commandHandler,
  derivedId,
  EmbeddedEventStore,
  readStream,
  ServiceCatalogue,
} from '@satu-atap/event-store';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readServices } from '../definition-file.ts';
import { root, run, shared } from '../end-to-end/processes.ts';
import { recordApplications, waysEverywhere } from '../migration/testing/everywhere.ts';
import { migrateApplications, type MigrationOrder } from '../migration/migrate-applications.ts';
import { importDigitFiles } from './import.ts';

const main = join(root, 'packages/cli/src/main.ts');
const haryana = join(shared, 'data/workflows/haryana');
const mall = sampleOffices.get(office);
if (!mall) throw new Error('there is no sample office');
const { calendars } = mall;

let folder = '';
let store: EmbeddedEventStore;
let services: ServiceCatalogue;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'satu-atap-migrate-'));
  store = new EmbeddedEventStore({ file: join(folder, 'events.sqlite') });
  services = new ServiceCatalogue(store);
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

async function publish(definition: ServiceDefinition): Promise<void> {
  await services.publish(definition, people.system, Temporal.Instant.from('2026-01-01T00:00:00Z'));
}

/** Publishes the first version and records applications in all its states. */
async function house(definition: ServiceDefinition, applications: number): Promise<string[]> {
  await publish(definition);
  const ways = waysEverywhere(await services.version(definition.id, 1), office, calendars);
  return recordApplications(store, ways, applications);
}

async function give(order: MigrationOrder, apply: boolean) {
  const commands = commandHandler({ store, services, offices: sampleOffices });
  const applying = apply ? { commands, orderedBy: 'kepala-dinas' } : undefined;
  const report = await migrateApplications(order, { store, services }, applying);
  const lines: string[] = [];
  report.print((line) => lines.push(line));
  return { report, lines };
}

/** What an application's events are, and what they fold to, up to a migration and after it. */
async function history(id: string) {
  const events = await readStream(store, applicationStream(id));
  const folds: Application[] = [];
  for (const stored of events) {
    const { event, metadata } = readApplicationEvent(stored);
    folds.push(evolve(folds.at(-1), event, metadata));
  }
  const at = events.findIndex(({ type }) => type === 'ApplicationMigrated');
  const migrations = events.filter(({ type }) => type === 'ApplicationMigrated').length;
  const now = folds.at(-1);
  if (!now) throw new Error(`${id} has no events`);
  return { events, now, before: at < 0 ? now : folds[at - 1], migrations };
}

/** The definition with a state taken out of it: what led there leads to another. */
function without(definition: ServiceDefinition, gone: string, instead: string): ServiceDefinition {
  const { [gone]: _, ...states } = definition.workflow.states;
  const led = JSON.stringify({ ...definition.workflow, states });
  const workflow: unknown = JSON.parse(
    led.replaceAll(`"target":"${gone}"`, `"target":"${instead}"`),
  );
  return serviceDefinition.parse({ ...definition, workflow });
}

const permit = serviceDefinition.parse({
  ...samplePermit,
  documents: {},
} satisfies ServiceDefinitionInput);
const longer = serviceDefinition.parse({
  ...permit,
  standard: { time: { amount: 9, unit: 'working-days' } },
});

describe('a plan', () => {
  test('says what would become of every application, and changes nothing', async () => {
    await house(permit, 90);
    await publish(without(longer, 'intake', 'review'));
    const before = await store.head();
    const { report, lines } = await give({ service: permit.id, to: 2, mapping: {} }, false);
    expect(await store.head()).toBe(before);
    expect(report.isDecided).toBe(false);
    expect(lines).toEqual(
      expect.arrayContaining([
        'from version 1',
        expect.stringMatching(/^ +\d+ {2}intake {2}to decide$/),
        expect.stringContaining(
          '"intake" is no state of version 2: say where it goes, --map intake=<state>',
        ),
        expect.stringMatching(/^ +\d+ {2}preparing$/),
        expect.stringMatching(/^\d+ can move, \d+ to decide, \d+ ended and stay$/),
      ]),
    );
    const sum = ['movable', 'undecided', 'ended'] as const;
    expect(sum.map((is) => report.count(is)).reduce((a, b) => a + b)).toBe(90);
  });

  test.each([
    [{ service: 'dpmptsp.unknown', to: 2, mapping: {} }, 'was never published here'],
    [{ service: permit.id, to: 3, mapping: {} }, 'has no version 3: its newest is 2'],
    [{ service: permit.id, to: 2, from: 2, mapping: {} }, '2 is not before 2'],
    [{ service: permit.id, to: 2, mapping: { intak: 'desk' } }, '"intak" is no state'],
  ])('refuses an order that cannot be meant: %j', async (wrong, words) => {
    await publish(permit);
    await publish(longer);
    await expect(give(wrong, false)).rejects.toThrow(words);
  });
});

describe('a version that was withdrawn', () => {
  const withdraw = (version: number) =>
    services.handle(permit.id, {
      command: { type: 'withdraw', data: { version, reason: { id: 'Salah', en: 'Wrong' } } },
      actor: people.system,
      now: Temporal.Instant.from('2026-01-01T00:00:00Z'),
    });

  test('is no place to move to', async () => {
    const ids = await house(permit, 12);
    await publish(longer);
    await withdraw(2);
    const order = { service: permit.id, to: 2, mapping: {} };
    await expect(give(order, true)).rejects.toThrow(
      'Version 2 of dpmptsp.building-permit was withdrawn',
    );
    for (const id of ids) expect((await history(id)).migrations).toBe(0);
  });

  test('is one to move away from', async () => {
    await house(permit, 12);
    await publish(longer);
    await withdraw(1);
    const { report } = await give({ service: permit.id, to: 2, mapping: {} }, true);
    expect(report.count('moved')).toBeGreaterThan(0);
    expect(report.isDecided).toBe(true);
  });
});

describe('a migration', () => {
  test('moves what can be moved, lists the rest, and goes on when it is given again', async () => {
    const ids = await house(permit, 60);
    await publish(without(longer, 'intake', 'review'));
    const first = await give({ service: permit.id, to: 2, mapping: {} }, true);
    expect(first.report.count('undecided')).toBeGreaterThan(0);
    expect(first.report.count('moved')).toBeGreaterThan(0);

    const mapping = { intake: 'preparing' };
    const second = await give({ service: permit.id, to: 2, mapping }, true);
    expect(second.report.count('moved')).toBe(first.report.count('undecided'));
    expect(second.report.isDecided).toBe(true);
    for (const id of ids) {
      const { now, migrations } = await history(id);
      expect(migrations).toBe(now.ended ? 0 : 1);
      expect(now.service.version).toBe(now.ended ? 1 : 2);
    }
  });

  test('plans an application anew that has moved on meanwhile', async () => {
    const [application = ''] = await house(permit, 1);
    await publish(longer);
    const handler = () => commandHandler({ store, services, offices: sampleOffices });
    // This one remembers the file as it is now; another takes it a step on.
    const remembering = handler();
    const note = { type: 'add-note', data: { text: 'Catatan.' } } as const;
    const noted = { application, command: note, actor: people.frontDesk };
    await remembering({ ...noted, id: derivedId('note') });
    const send = { type: 'take-step', data: { action: 'send' } } as const;
    const sent = { application, command: send, actor: people.frontDesk };
    await handler()({ ...sent, id: derivedId('send') });
    const applying = { commands: remembering, orderedBy: 'kepala-dinas' };
    const going = { service: permit.id, to: 2, mapping: {} };
    await migrateApplications(going, { store, services }, applying);
    expect(await history(application)).toMatchObject({
      migrations: 1,
      now: { value: 'intake', service: { version: 2 } },
    });
  });

  test('leaves applications of other versions alone where one is named', async () => {
    await house(permit, 12);
    await publish(longer);
    await publish(serviceDefinition.parse({ ...longer, description: { id: 'Baru', en: 'New' } }));
    const { report } = await give({ service: permit.id, to: 3, from: 2, mapping: {} }, true);
    expect(report.count('moved')).toBe(0);
    expect(report.count('left-out')).toBe(12);
  });
});

describe('the command', () => {
  const migrate = (...flags: string[]) =>
    run(process.execPath, main, 'migrate', permit.id, '--to', '2', '--data', folder, ...flags);

  test('ends with 2 while something is to decide, and prints what', async () => {
    await house(permit, 30);
    await publish(without(longer, 'intake', 'review'));
    const planned = await migrate();
    expect(planned).toMatchObject({ code: 2, stderr: '' });
    expect(planned.stdout).toContain(`${permit.id} to version 2 (a plan: nothing is changed`);
    expect(planned.stdout).toContain('--map intake=<state>');
    const decided = await migrate('--map', 'intake=preparing', 'returned=returned');
    expect(decided).toMatchObject({ code: 0, stderr: '' });
  }, 60_000);

  test.each([
    [['--apply'], 'Say with --by who orders the migration'],
    [['--map', 'intake'], 'write old-state=new-state'],
    [['--map', 'intake=a', '--map', 'intake=b'], 'intake is mapped twice'],
  ])(
    'refuses %j',
    async (flags, words) => {
      const ended = await migrate(...flags);
      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toContain(words);
    },
    60_000,
  );
});

test('killed half-way and given again, records each application once', async () => {
  const ids = await house(permit, 1500);
  await publish(longer);
  const flags = ['--to', '2', '--apply', '--by', 'kepala-dinas', '--data', folder];
  const command = ['migrate', permit.id, ...flags];
  const child = spawn(process.execPath, [main, ...command], { cwd: root, stdio: 'ignore' });
  const ended = once(child, 'exit');
  const start = await store.head();
  await expect.poll(() => store.head(), { timeout: 30_000, interval: 1 }).not.toBe(start);
  child.kill('SIGKILL');
  await ended;

  const running = async () => {
    const all = await Promise.all(ids.map(history));
    return all.filter(({ now }) => !now.ended);
  };
  const half = (await running()).filter(({ migrations }) => migrations > 0).length;
  const again = await run(process.execPath, main, ...command);
  expect(again).toMatchObject({ code: 0 });
  const all = await running();
  expect(all.map(({ migrations }) => migrations)).toEqual(all.map(() => 1));
  // It was killed on its way, not before or after.
  expect(half).toBeGreaterThan(0);
  expect(half).toBeLessThan(all.length);
  expect(again.stdout).toContain(`${all.length - half} moved, ${half} there already`);
}, 60_000);

test.skipIf(existsSync(haryana))(
  `needs two versions of a workflow, looked for in ${haryana}`,
  () => {},
);

describe.skipIf(!existsSync(haryana))('two real versions of a workflow of 46 states', () => {
  async function imported(file: string): Promise<ServiceDefinition> {
    const out = join(folder, file);
    await importDigitFiles([join(haryana, file)], { out }, () => {});
    const [found] = (await readServices(out)).found;
    if (!found) throw new Error(`${file} gave no service`);
    return found.definition;
  }

  test('move with one command, and every replay agrees', { timeout: 60_000 }, async () => {
    const older = await imported('NewTL-2022-12-30.json');
    const newer = await imported('NewTL-2023-02-28.json');
    const ids = await house(older, 2000);
    await publish(newer);
    const facts = new Map<string, Application>();
    for (const id of ids) facts.set(id, (await history(id)).now);
    const stood = new Set([...facts.values()].flatMap(({ value }) => activeStates(value)));
    expect(stood).toEqual(new Set((await services.version(older.id, 1)).states.keys()));

    const { report } = await give({ service: older.id, to: 2, mapping: {} }, true);
    const target = await services.version(older.id, 2);
    expect(report.isDecided).toBe(true);
    expect(report.count('moved') + report.count('ended')).toBe(ids.length);
    for (const id of ids) {
      const { now, before, migrations } = await history(id);
      expect(before).toEqual(facts.get(id));
      if (now.ended) continue;
      expect(migrations).toBe(1);
      expect(now).toMatchObject({ steps: before?.steps, service: { version: 2 } });
      expect(activeStates(now.value).every((path) => target.states.has(path))).toBe(true);
      expect(clocksOf(target, now, calendars).length).toBeGreaterThanOrEqual(0);
    }
  });

  test('and a third without a state: who stands there is listed until it is decided', async () => {
    const older = await imported('NewTL-2022-12-30.json');
    await house(older, 200);
    await publish(await imported('NewTL-2023-02-28.json'));
    await give({ service: older.id, to: 2, mapping: {} }, true);
    const gone = 'pending-at-je-hq-prelim';
    const { definition } = await services.version(older.id, 2);
    await publish(without(definition, gone, 'pending-at-atp-hq-prelim'));

    const undecided = await give({ service: older.id, to: 3, mapping: {} }, true);
    expect(undecided.report.count('undecided')).toBeGreaterThan(0);
    expect(undecided.lines.filter((line) => line.includes('to decide'))).toEqual([
      expect.stringContaining(gone),
      expect.stringMatching(/ to decide, /),
    ]);
    const mapping = { [gone]: 'pending-at-atp-hq-prelim' };
    const decided = await give({ service: older.id, to: 3, mapping }, true);
    expect(decided.report.isDecided).toBe(true);
    expect(decided.report.count('moved')).toBe(undecided.report.count('undecided'));
  });
});

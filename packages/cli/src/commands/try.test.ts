import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  compileService,
  definitionDigest,
  serviceDefinition,
  type ServiceDefinition,
} from '@satu-atap/domain';
import { patched, people, recordedHistory, sampleOffices } from '@satu-atap/domain/testing';
import {
  applicationStream,
  derivedId,
  EmbeddedEventStore,
  ServiceCatalogue,
} from '@satu-atap/event-store';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readServices } from '../definition-file.ts';
import { root, run, shared } from '../end-to-end/processes.ts';
import { tryApplications, type TrialChoice } from '../trial/try-applications.ts';
import { trialLines } from '../trial/trial-lines.ts';
import { importDigitFiles } from './import.ts';

const main = join(root, 'packages/cli/src/main.ts');
const haryana = join(shared, 'data/workflows/haryana');
const office = 'mpp-jakarta';
const calendars = sampleOffices.get(office)?.calendars;
const now = Temporal.Instant.from('2026-06-01T00:00:00Z');
const permit = serviceDefinition.parse(patched({}));

let folder = '';
let store: EmbeddedEventStore;
let services: ServiceCatalogue;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'satu-atap-try-'));
  store = new EmbeddedEventStore({ file: join(folder, 'events.sqlite') });
  services = new ServiceCatalogue(store);
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

/** A published service with applications, each some way through it. */
async function house(definition: ServiceDefinition, applications: number): Promise<void> {
  await services.publish(definition, people.system, now);
  const service = await services.version(definition.id, 1);
  if (!calendars) throw new Error('there is no sample office');
  for (let seed = 0; seed < applications; seed += 1) {
    const id = derivedId('trial', seed);
    const history = recordedHistory(service, { calendars, office }, seed, 4 + ((seed * 7) % 30));
    const events = history.map(({ event, metadata, revision }) => {
      const command = derivedId(id, metadata.command);
      const { type, data } = event;
      return { id: derivedId(command, revision), type, data, metadata: { ...metadata, command } };
    });
    await store.append(applicationStream(id), events, 'no-stream');
  }
}

async function tried(definition: ServiceDefinition, choice: TrialChoice = {}) {
  const draft = compileService(definition, { version: 2, digest: definitionDigest(definition) });
  const setting = { store, services, offices: sampleOffices, draft, now };
  return (await tryApplications(setting, choice)).summary();
}

const told = (lines: readonly string[]) => lines.join('\n');

test('a draft is tried on every application of its service, and nothing is written', async () => {
  await house(permit, 60);
  const before = await store.head();
  const same = await tried(permit);
  expect(same).toMatchObject({ tried: 60, same: 60, differing: 0, differences: [] });
  expect(same.running).toBeGreaterThan(10);
  expect(same.ended).toBeGreaterThan(10);
  expect(same.migration).toMatchObject({ movable: same.running, undecided: 0 });

  const change = { workflow: { states: { intake: { on: { accept: { roles: ['verifier'] } } } } } };
  const summary = await tried(serviceDefinition.parse(patched(change)));
  const [first, ...others] = summary.differences;
  expect(first).toMatchObject({ place: 'intake/accept', applications: summary.differing });
  expect(others).toEqual([]);
  const lines = told(trialLines(summary, 2));
  expect(lines).toContain('intake/accept: Would be refused. This is only for the roles: verifier.');
  expect(lines).toMatch(/^ {10}[0-9a-f-]{36} {2}revision \d+, 2026-\d\d-\d\dT/m);
  expect(await store.head()).toBe(before);
});

test('applications are chosen by whether they run, and by when they were submitted', async () => {
  await house(permit, 30);
  const all = await tried(permit);
  const running = await tried(permit, { only: 'running' });
  const finished = await tried(permit, { only: 'finished' });
  expect(running).toMatchObject({ tried: all.running, ended: 0 });
  expect(finished).toMatchObject({ tried: all.ended, running: 0 });

  // Here every application differs, so the examples say which were tried.
  const other = serviceDefinition.parse(patched({ submittedBy: ['front-desk'] }));
  const { differences } = await tried(other, { limit: 2 });
  const examples = differences.flatMap((kind) => kind.examples.map((one) => one.application));
  expect(examples).toEqual([derivedId('trial', 28), derivedId('trial', 29)]);
});

test('running applications that a draft has no place for are listed with what to decide', async () => {
  await house(permit, 30);
  const gone = serviceDefinition.parse(
    patched({
      workflow: {
        states: {
          intake: null,
          preparing: { on: { send: { target: 'review' } } },
          returned: { on: { resend: { target: 'review' } } },
        },
      },
    }),
  );
  const summary = await tried(gone);
  expect(summary.migration.undecided).toBeGreaterThan(0);
  expect(told(trialLines(summary, 2))).toContain(
    '"intake" is no state of version 2: say where it goes, --map intake=<state>',
  );
});

describe('the command', () => {
  const draft = (content: object) => writeFile(join(folder, 'draft.yaml'), JSON.stringify(content));
  const trying = (...flags: string[]) =>
    run(process.execPath, main, 'try', join(folder, 'draft.yaml'), '--data', folder, ...flags);

  test('prints what it found and ends with 0, as lines or as JSON', async () => {
    await house(permit, 20);
    await draft(patched({ standard: { time: { amount: 1 } } }));
    const before = await store.head();
    const lines = await trying();
    expect(lines).toMatchObject({ code: 0, stderr: '' });
    expect(lines.stdout).toContain('as version 2, tried; nothing is changed');
    expect(lines.stdout).toContain('standard: Was: 5 working days');
    const json = await trying('--json', '--limit', '5');
    const result: unknown = JSON.parse(json.stdout);
    expect(result).toMatchObject({ service: permit.id, version: 2, tried: 5 });
    expect(result).toHaveProperty('differences.0.place', 'standard');
    expect(result).toHaveProperty('differences.0.examples.0.text.id', expect.any(String));
    expect(await store.head()).toBe(before);
  }, 60_000);

  test('says what is missing', async () => {
    await draft(patched({}));
    expect(await trying()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`The service "${permit.id}" was never published here`),
    });
    await services.publish(permit, people.system, now);
    expect(await trying()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`${permit.id} has no applications`),
    });
    await draft(patched({ workflow: { initial: 'nowhere' } }));
    expect(await trying()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('"nowhere" is no state'),
    });
  }, 60_000);
});

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

  test(
    'the newer only adds; going back would lose what it added',
    { timeout: 60_000 },
    async () => {
      const older = await imported('NewTL-2022-12-30.json');
      const newer = await imported('NewTL-2023-02-28.json');
      await house(newer, 100);
      expect(await tried(newer)).toMatchObject({ tried: 100, differing: 0 });
      const back = await tried(older);
      expect(back.differing).toBeGreaterThan(10);
      for (const { place, examples } of back.differences) {
        const refusal = { type: 'action-not-available' };
        expect(examples[0]?.difference).toMatchObject({ type: 'refused', refusal });
        const [state = '', action = ''] = place.split('/');
        const offered = older.workflow.states[state]?.on ?? {};
        expect(Object.keys(offered)).not.toContain(action);
      }
    },
  );
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceDefinition } from '@satu-atap/domain';
import { office, people, sampleOffices, samplePermit } from '@satu-atap/domain/testing';
import {
  applicationStream,
  commandHandler,
  derivedId,
  EmbeddedEventStore,
  readStream,
  ServiceCatalogue,
  type CommandHandler,
} from '@satu-atap/event-store';
import { Projector, readModelsOf, type ReadModels } from '@satu-atap/projections';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SlaMonitor } from './sla-monitor.ts';

const log = pino({ level: 'silent' });
const nothing = { recorded: 0, overtaken: 0, parked: 0, failed: 0 };
const monday = '2026-03-02T02:00:00Z';

let folder: string;
let store: EmbeddedEventStore;
let commands: CommandHandler;
let projector: Projector;
let readModels: ReadModels;
let now: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'satu-atap-workers-'));
  store = new EmbeddedEventStore({ file: ':memory:' });
  const services = new ServiceCatalogue(store);
  const definition = serviceDefinition.parse(samplePermit);
  await services.publish(definition, people.system, Temporal.Instant.from(monday));
  now = monday;
  const clock = () => Temporal.Instant.from(now);
  commands = commandHandler({ store, services, offices: sampleOffices, now: clock });
  projector = await Projector.open({ store, folder, offices: sampleOffices, log });
  projector.run();
  readModels = readModelsOf(() => projector.database);
});

afterEach(async () => {
  await projector.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const monitorWith = (options: { commands?: CommandHandler } = {}) =>
  new SlaMonitor({
    readModels,
    commands: options.commands ?? commands,
    log,
    now: () => Temporal.Instant.from(now),
  });

/** An application that was sent on Monday: intake is due on Tuesday 16:00, all on Monday 16:00. */
async function sentApplication(seed: number): Promise<string> {
  const application = derivedId('application', seed);
  const applicant = { id: people.applicant.id, name: 'Pemohon' };
  const document = derivedId('document', seed);
  const given = [
    {
      type: 'submit',
      data: {
        service: samplePermit.id,
        office,
        applicant,
        channel: 'online',
        data: { address: 'Jalan Melati 1', floorArea: 100 },
      },
    },
    {
      type: 'attach-document',
      data: {
        document,
        requirement: 'site-plan',
        name: 'denah.pdf',
        mediaType: 'application/pdf',
        bytes: 10,
        sha256: 'a'.repeat(64),
      },
    },
    { type: 'take-step', data: { action: 'send' } },
  ] as const;
  for (const command of given) {
    const id = derivedId(application, command.type);
    const result = await commands({ application, command, actor: people.applicant, id });
    if ('refusal' in result) throw new Error(result.refusal.type);
  }
  return application;
}

async function marksOf(application: string) {
  const events = await readStream(store, applicationStream(application));
  return events
    .filter(({ type }) => type.startsWith('Clock'))
    .map(({ type, data, metadata }) => [
      type,
      data['clock'],
      data['dueAt'],
      metadata['occurredAt'],
    ]);
}

async function projected(): Promise<void> {
  const head = await store.head();
  await expect.poll(() => projector.status.position >= head, { timeout: 5000 }).toBe(true);
}

describe('the SLA monitor', () => {
  it('records nothing before anything is due', async () => {
    await sentApplication(1);
    await projected();
    expect(await monitorWith().tick()).toEqual(nothing);
  });

  it('records each warning and breach once, with the instant that was promised', async () => {
    const application = await sentApplication(1);
    await projected();
    const monitor = monitorWith();
    // A day late: warning and breach of the intake have both passed meanwhile.
    now = '2026-03-04T02:00:00Z';
    for (let round = 0; round < 4; round++) {
      await monitor.tick();
      await projected();
    }
    const intake = 'state:intake#1';
    const due = '2026-03-03T09:00:00.000Z';
    expect(await marksOf(application)).toEqual([
      ['ClockWarned', intake, due, '2026-03-04T02:00:00Z'],
      ['ClockBreached', intake, due, '2026-03-04T02:00:00Z'],
    ]);
    const [row] = (await readModels.applications.list({}, { limit: 1 })).items;
    expect(row?.slaStatus).toBe('on-time');

    now = '2026-03-10T02:00:00Z';
    await monitor.tick();
    await projected();
    await monitor.tick();
    await projected();
    const late = (await readModels.applications.list({}, { limit: 1 })).items[0];
    expect(late?.slaStatus).toBe('overdue');
    expect(await monitor.tick()).toEqual(nothing);
  });

  it('works beside others and over a read model that lags, without recording twice', async () => {
    const applications = await Promise.all(
      Array.from({ length: 220 }, (_, n) => sentApplication(n)),
    );
    await projected();
    // From here on the read model does not move: every monitor sees the same due rows.
    await projector.stop();
    now = '2026-03-04T02:00:00Z';
    const ticks = await Promise.all(Array.from({ length: 5 }, () => monitorWith().tick()));
    expect(ticks.every(({ failed }) => failed === 0)).toBe(true);
    for (const application of applications) expect(await marksOf(application)).toHaveLength(1);
  });

  it('leaves a file alone that has moved on since the due-list was written', async () => {
    const application = await sentApplication(1);
    await projected();
    await projector.stop();
    const result = await commands({
      application,
      command: { type: 'take-step', data: { action: 'return-to-applicant', comment: '…' } },
      actor: people.frontDesk,
      id: derivedId('return'),
    });
    expect(result).not.toHaveProperty('refusal');
    now = '2026-03-03T08:00:00Z';
    expect(await monitorWith().tick()).toEqual({ ...nothing, overtaken: 1 });
    expect(await marksOf(application)).toEqual([]);
  });

  it('goes on past a file that cannot be handled', async () => {
    const applications = await Promise.all([1, 2, 3].map(sentApplication));
    await projected();
    now = '2026-03-04T02:00:00Z';
    const poison = applications[1];
    const failing: CommandHandler = (request) =>
      request.application === poison ? Promise.reject(new Error('unreadable')) : commands(request);
    expect(await monitorWith({ commands: failing }).tick()).toEqual({
      ...nothing,
      recorded: 2,
      failed: 1,
    });
  });
});

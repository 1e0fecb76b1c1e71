import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceDefinition } from '@satu-atap/domain';
import { office, people, sampleOffices, samplePermit } from '@satu-atap/domain/testing';
import { EmbeddedEventStore, ServiceCatalogue } from '@satu-atap/event-store';
import { simulatedHistory } from '@satu-atap/event-store/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readModelsOf } from '../read-models-of.ts';
import { dump } from '../testing/dump.ts';
import { ProjectorThread } from './projector-thread.ts';

let folder: string;
let events: string;
let store: EmbeddedEventStore;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'satu-atap-thread-'));
  events = join(folder, 'events.sqlite');
  // So long between looks that only being told can explain a quick answer.
  store = new EmbeddedEventStore({ file: events, pollInterval: 60_000 });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const open = () =>
  ProjectorThread.open({
    events: { file: events },
    readModels: { folder },
    offices: sampleOffices,
    logLevel: 'silent',
  });

async function publishSample() {
  const services = new ServiceCatalogue(store);
  const definition = serviceDefinition.parse(samplePermit);
  const published = await services.publish(definition, people.system, Temporal.Now.instant());
  if ('refusal' in published) throw new Error('the sample was not published');
  return published.service;
}

async function appendHistory(seed: number) {
  const service = await publishSample();
  const calendar = sampleOffices.get(office)?.calendar;
  if (!calendar) throw new Error('the sample office has no calendar');
  const { stream, events: history } = simulatedHistory(service, calendar, office, seed, 12);
  await store.append(stream, history, 'no-stream');
}

describe('a projector in a thread of its own', () => {
  it('is told of commits, and read from this side', async () => {
    const thread = await open();
    const readModels = readModelsOf(() => thread.database);
    thread.run();
    await appendHistory(1);
    const head = await store.head();
    await expect.poll(() => readModels.position(), { timeout: 10_000 }).toBe(head);
    expect((await readModels.applications.list({}, { limit: 9 })).items).toHaveLength(1);
    await expect.poll(() => thread.status).toMatchObject({ live: true });
    await thread.close();
  });

  it('rebuilds into a copy that takes the place of the one that is read', async () => {
    await appendHistory(1);
    const thread = await open();
    thread.run();
    const before = await dump(thread.database);
    const replaced = thread.database;
    expect(await thread.rebuild()).toEqual({ events: 13 });
    await expect.poll(() => thread.database !== replaced).toBe(true);
    expect(await dump(thread.database)).toEqual(before);

    await appendHistory(2);
    const head = await store.head();
    const readModels = readModelsOf(() => thread.database);
    await expect.poll(() => readModels.position(), { timeout: 10_000 }).toBe(head);
    await thread.close();
  });

  it('says what it stumbles over', async () => {
    const thread = await open();
    thread.run();
    const metadata = { actor: people.system, occurredAt: 'yesterday', command: '?' };
    const id = '0190a8e4-6b1a-7c3e-9f00-000000000001';
    await store.append('application-1', [{ id, type: 'Rained', data: {}, metadata }], 'no-stream');
    await expect
      .poll(() => thread.status.error, { timeout: 10_000 })
      .toContain('application-1@0: unknown event type "Rained"');
    await thread.close();
  });

  it('does not open read models that it cannot build', async () => {
    const metadata = { actor: people.system, occurredAt: 'yesterday', command: '?' };
    const id = '0190a8e4-6b1a-7c3e-9f00-000000000001';
    await store.append('application-1', [{ id, type: 'Rained', data: {}, metadata }], 'no-stream');
    await expect(open()).rejects.toThrow('unknown event type "Rained"');
  });
});

import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { publishJobCard, submission } from './job-card.ts';
import {
  cleanUp,
  patience,
  scratchFolder,
  startEventStore,
  startServer,
  tokenFor,
  type EventStoreServer,
  type Server,
} from './processes.ts';
import { allItems, applications, requestsTo, type Answered, type Request } from './requests.ts';

const notes = 3;

/** One applicant's file as its answers told it. */
type File = { id: string; revision: number };

let data = '';
let services = '';
let events = '';
let eventStore: EventStoreServer;
let server: Server;
let send: Request;
let tokens: Record<'applicant' | 'officer' | 'auditor', string>;

beforeEach(async () => {
  const scratch = scratchFolder();
  [data, services, events] = ['data', 'no-services', 'events.sqlite'].map((name) =>
    join(scratch, name),
  ) as [string, string, string];
  await mkdir(services);
  eventStore = await startEventStore(events);
  const { connectionString } = eventStore;
  server = await startServer({ data, services, eventStore: connectionString });
  send = requestsTo(server.url);
  await publishJobCard('--event-store', connectionString);
  tokens = {
    applicant: await tokenFor(data, { role: 'applicant', sub: 'pemohon-1' }),
    officer: await tokenFor(data, {
      role: 'front-desk',
      sub: 'loket-1',
      unit: 'disnaker',
      office: 'mpp-jakarta',
    }),
    auditor: await tokenFor(data, { role: 'auditor', sub: 'auditor-1' }),
  };
}, patience);
afterEach(cleanUp, patience);

/** The same request with the same key until the engine can say what became of it. */
async function untilAnswered(path: string, token: string, body: unknown): Promise<Answered> {
  const headers = { 'Idempotency-Key': randomUUID() };
  for (;;) {
    const answer = await send('POST', path, { token, body, headers });
    if (answer.status !== 503) return answer;
    expect(answer.body.type).toBe('/problems/store-unavailable');
    expect(answer.headers.get('retry-after')).toBe('5');
    // Sooner than the answer asks for: the test's server is back at once.
    await delay(100);
  }
}

/** A file from its submission to its withdrawal, as a client sees it. */
async function wholeFile(): Promise<File> {
  const submitted = await untilAnswered(applications, tokens.applicant, submission);
  expect(submitted.status).toBe(201);
  const { id } = submitted.body as File;
  for (let number = 0; number < notes; number++) {
    const note = { text: `Catatan ${number}` };
    const noted = await untilAnswered(`${applications}/${id}/notes`, tokens.officer, note);
    expect(noted.status).toBeLessThan(300);
  }
  const step = { action: 'withdraw' };
  const taken = await untilAnswered(`${applications}/${id}/actions`, tokens.applicant, step);
  expect(taken).toMatchObject({ status: 200, body: { ended: { outcome: 'withdrawn' } } });
  return { id, revision: taken.body.revision as number };
}

async function historyOf({ id }: File): Promise<string[]> {
  const items = await allItems<{ type: string }>(
    send,
    `${applications}/${id}/history`,
    tokens.auditor,
  );
  return items.map(({ type }) => type);
}

async function caughtUp(): Promise<void> {
  const readiness = async () => await send('GET', '/readyz');
  await expect
    .poll(readiness, { timeout: patience / 2 })
    .toMatchObject({ status: 200, body: { ready: true, eventsBehind: 0 } });
}

test(
  'the whole engine runs on EventStoreDB, and loses and doubles nothing when that is killed',
  { timeout: patience },
  async () => {
    expect((await send('GET', '/readyz')).body.eventStore).toMatchObject({
      connected: true,
      leader: expect.stringMatching(/:\d+$/),
    });

    let finished = 0;
    const clients = Array.from({ length: 6 }, async () => {
      const files: File[] = [];
      for (let count = 0; count < 6; count++) {
        files.push(await wholeFile());
        finished += 1;
      }
      return files;
    });
    await expect.poll(() => finished, { timeout: patience / 2 }).toBeGreaterThan(5);
    const { port } = new URL(eventStore.connectionString.replace('esdb:', 'http:'));
    await eventStore.kill();
    expect(await send('GET', '/readyz')).toMatchObject({
      body: { eventStore: { connected: false } },
    });
    // What is there can still be read.
    const list = await send('GET', applications, { token: tokens.auditor });
    expect(list).toMatchObject({ status: 200, body: { items: expect.any(Array) } });
    eventStore = await startEventStore(events, port);
    const files = (await Promise.all(clients)).flat();
    await caughtUp();

    const listed = await allItems<File>(send, applications, tokens.auditor);
    expect(new Map(listed.map(({ id, revision }) => [id, revision]))).toEqual(
      new Map(files.map(({ id, revision }) => [id, revision])),
    );
    const whole = ['ApplicationSubmitted', ...Array(notes).fill('NoteAdded'), 'StepTaken'];
    for (const file of files) {
      const history = await historyOf(file);
      expect(history.filter((type) => whole.includes(type))).toEqual(whole);
      expect(history).toHaveLength(file.revision + 1);
    }

    expect(await server.stop()).toBe(0);
    server = await startServer({ data, services, eventStore: eventStore.connectionString });
    send = requestsTo(server.url);
    expect(await allItems(send, applications, tokens.auditor)).toEqual(listed);
  },
);

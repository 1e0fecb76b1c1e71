import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { EventStoreDBClient, jsonEvent, streamNameFilter } from '@eventstore/db-client';
import { office, sampleOffices } from '@satu-atap/domain/testing';
import {
  openEventStore,
  readStream,
  start,
  type EventStore,
  type NewEvent,
} from '@satu-atap/event-store';
import { simulatedHistory } from '@satu-atap/event-store/testing';
import { Projector } from '@satu-atap/projections';
import { pino } from 'pino';
import { perSecond, print, sideBySide } from './measure.ts';
import { fill, openHouse, publishSample, scratchFolder, type House } from './setup.ts';

const oneByOne = 1000;
const writers = 32;
const appendsEach = 250;
const reads = 1000;
const length = 20;
const applications = 2500;

/** The adapter against bare calls of the client, on one server: EVENTSTOREDB_URL's, or a test server. */
export async function benchEventStoreDb(rounds: number): Promise<void> {
  const server = await serverFor(process.env['EVENTSTOREDB_URL']);
  const { connectionString } = server;
  const store = await openEventStore({ connectionString });
  const client = EventStoreDBClient.connectionString(connectionString);
  const house = await publishSample({ folder: scratchFolder(), store });
  const [event] = simulatedHistory(house.service, house.calendars, office, 0, length).events;
  if (!event) throw new Error('the sample history is empty');
  console.log(`\nEventStoreDB: ${server.name}`);

  await benchAppends(rounds, store, client, event);
  const streams = await fill(house, applications, length);
  await benchReads(rounds, store, client, streams);
  await benchCatchUp(rounds, store, client);
  await benchProjections(rounds, house);

  await store.close();
  await client.dispose();
  await server.stop();
}

async function benchAppends(
  rounds: number,
  store: EventStore,
  client: EventStoreDBClient,
  event: NewEvent,
): Promise<void> {
  const ours = async () => {
    const stream = `bench-${randomUUID()}`;
    await store.append(stream, [{ ...event, id: randomUUID() }], 'no-stream');
  };
  const bare = async () => {
    const { type, data, metadata } = event;
    const stream = `bench-${randomUUID()}`;
    const options = { expectedRevision: 'no_stream' } as const;
    await client.appendToStream(stream, jsonEvent({ type, data, metadata }), options);
  };
  const inTurn = async (append: () => Promise<void>, times: number) => {
    for (let done = 0; done < times; done++) await append();
  };
  const contender = (name: string, append: () => Promise<void>, tasks: number, each: number) => ({
    name,
    run: () =>
      perSecond(tasks * each, () =>
        Promise.all(Array.from({ length: tasks }, () => inTurn(append, each))),
      ),
  });
  const single = [
    contender('adapter', ours, 1, oneByOne),
    contender('bare client', bare, 1, oneByOne),
  ];
  print('Append, one after the other', 'per second', await sideBySide(rounds, single));
  const many = [
    contender('adapter', ours, writers, appendsEach),
    contender('bare client', bare, writers, appendsEach),
  ];
  print(`Append, ${writers} at once`, 'per second', await sideBySide(rounds, many));
}

async function benchReads(
  rounds: number,
  store: EventStore,
  client: EventStoreDBClient,
  streams: readonly string[],
): Promise<void> {
  const wanted = streams.slice(0, reads);
  const contenders = [
    {
      name: 'adapter',
      run: () =>
        perSecond(wanted.length, async () => {
          for (const stream of wanted) full((await readStream(store, stream)).length);
        }),
    },
    {
      name: 'bare client',
      run: () =>
        perSecond(wanted.length, async () => {
          for (const stream of wanted)
            full((await Array.fromAsync(client.readStream(stream))).length);
        }),
    },
  ];
  const rates = await sideBySide(rounds, contenders);
  print(`Read a stream of ${length} events`, 'streams/s', rates);
}

function full(events: number): void {
  if (events !== length) throw new Error(`a stream has ${events} events`);
}

async function benchCatchUp(
  rounds: number,
  store: EventStore,
  client: EventStoreDBClient,
): Promise<void> {
  const total = applications * length;
  const prefix = 'application-';
  const ours = async () => {
    let seen = 0;
    const { signal } = new AbortController();
    for await (const { events } of store.subscribe({ after: start, streams: [prefix], signal })) {
      seen += events.length;
      if (seen >= total) return;
    }
  };
  const bare = async () => {
    let seen = 0;
    const filter = streamNameFilter({ prefixes: [prefix] });
    const subscription = client.subscribeToAll({ filter });
    for await (const _ of subscription) {
      seen += 1;
      if (seen >= total) break;
    }
    await subscription.unsubscribe();
  };
  const rates = await sideBySide(rounds, [
    { name: 'adapter', run: () => perSecond(total, ours) },
    { name: 'bare client', run: () => perSecond(total, bare) },
  ]);
  print(`Catch up with ${total} events`, 'events/s', rates);
}

/** Building all read models from the server, and from the embedded store with the same events. */
async function benchProjections(rounds: number, server: House): Promise<void> {
  const embedded = await openHouse();
  await fill(embedded, applications, length);
  const log = pino({ level: 'silent' });
  const folder = scratchFolder();
  const build = async ({ store }: House) => {
    const projector = await Projector.open({ store, folder, offices: sampleOffices, log });
    await projector.close();
    for (const file of readdirSync(folder)) rmSync(join(folder, file));
  };
  const total = applications * length;
  const rates = await sideBySide(rounds, [
    { name: 'read models from EventStoreDB', run: () => perSecond(total, () => build(server)) },
    {
      name: 'read models from the embedded store',
      run: () => perSecond(total, () => build(embedded)),
    },
  ]);
  print('Catch up into the read models', 'events/s', rates);
  await embedded.store.close();
}

type Server = { name: string; connectionString: string; stop(): Promise<void> };

/** The server that is named, or a test server in a process of its own. */
async function serverFor(connectionString: string | undefined): Promise<Server> {
  if (connectionString) {
    return { name: 'the server of EVENTSTOREDB_URL', connectionString, stop: async () => {} };
  }
  const main = import.meta.resolve('@satu-atap/event-store/test-server/main');
  const file = join(scratchFolder(), 'server.sqlite');
  const child = spawn(process.execPath, [new URL(main).pathname, '--port', '0', '--data', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(child.stdout)) {
    const [found] = /esdb:\/\/\S+/.exec(line) ?? [];
    if (!found) continue;
    return {
      name: 'a test server, over the embedded store',
      connectionString: found,
      async stop() {
        child.kill();
        await once(child, 'exit');
      },
    };
  }
  throw new Error('the test server did not start');
}

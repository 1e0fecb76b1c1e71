import type { Position } from '@satu-atap/event-store';
import { projectedStreams } from '@satu-atap/projections';
import { z } from 'zod';
import type { Api } from '../api-options.ts';
import { publicRoute, type Answer } from '../http/route.ts';

export const getLiveness = publicRoute({
  method: 'get',
  path: '/livez',
  tag: 'operations',
  summary: 'Whether the process runs',
  responses: {
    200: { description: 'It does.', schema: z.strictObject({ live: z.literal(true) }) },
  },
  handle: async () => ({ status: 200, body: { live: true } }),
});

const eventStoreHealth = z.strictObject({
  connected: z.boolean().meta({ description: 'Whether it answers.' }),
  error: z.string().optional().meta({ description: 'Why it does not.' }),
  leader: z.string().optional().meta({ description: 'The node that takes writes.' }),
  nodes: z
    .strictObject({ all: z.int(), alive: z.int() })
    .optional()
    .meta({ description: 'Nodes of an event store server, and those that are up.' }),
});

const readiness = z.looseObject({
  ready: z.boolean(),
  eventStore: eventStoreHealth,
  position: z.string().optional().meta({
    description: 'Up to where the read models hold everything; absent while nobody can say.',
  }),
  head: z.string().optional().meta({ description: 'Position of the newest event.' }),
  eventsBehind: z.int().optional().meta({
    description: 'Events that the read models still lack; counted up to one over the limit.',
  }),
});

export const getReadiness = publicRoute({
  method: 'get',
  path: '/readyz',
  tag: 'operations',
  summary: 'Whether the process should get requests, and how far the read models are',
  responses: {
    200: { description: 'It should.', schema: readiness },
    503: {
      description: 'It is stopping, its read models are away, or they are too far behind.',
      schema: readiness,
    },
  },
  handle: (_, api) => answerReadiness(api),
});

/** What a process's own condition is told from. */
export type Status = Pick<Api, 'store' | 'readModels' | 'readiness' | 'limits' | 'log'>;

/**
 * Without the event store nothing can be written, but everything can still be read: the process goes
 * on getting requests, and says what is missing. Without read models it can do nothing.
 */
export async function answerReadiness(status: Status): Promise<Answer> {
  const [{ ready, ...details }, eventStore, position] = await Promise.all([
    status.readiness(),
    status.store.health(),
    known(status, 'the read models do not answer', () => status.readModels.position()),
  ]);
  const lag =
    position !== undefined && eventStore.connected
      ? await known(status, 'the event store does not answer', () => lagOf(status, position))
      : undefined;
  const { eventsBehind = 0 } = lag ?? {};
  const fit = ready && position !== undefined && eventsBehind <= status.limits.eventsBehind;
  return {
    status: fit ? 200 : 503,
    body: { ready: fit, ...details, eventStore, position, ...lag },
  };
}

type Lag = { head: Position; eventsBehind: number };

async function lagOf({ store, limits }: Status, position: Position): Promise<Lag> {
  const head = await store.head();
  let eventsBehind = 0;
  if (position < head) {
    const limit = limits.eventsBehind + 1;
    for await (const batch of store.readAll({
      after: position,
      streams: projectedStreams,
      limit,
    })) {
      eventsBehind += batch.length;
    }
  }
  return { head, eventsBehind };
}

/** Undefined when it fails, which is told to the log alone: anybody may ask for readiness. */
async function known<T>(
  { log }: Status,
  failure: string,
  ask: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    log.warn({ err: error }, failure);
    return undefined;
  }
}

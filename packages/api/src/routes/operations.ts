import { z } from 'zod';
import type { Api } from '../api-options.ts';
import { publicRoute } from '../http/route.ts';

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

const readiness = z.looseObject({
  ready: z.boolean(),
  position: z.string().meta({ description: 'Up to where the read models hold everything.' }),
  head: z.string().meta({ description: 'Position of the newest event.' }),
  eventsBehind: z.int().meta({
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
    503: { description: 'It is starting, stopping, or too far behind.', schema: readiness },
  },
  async handle(_, api) {
    const [{ ready, ...details }, position, head] = await Promise.all([
      api.readiness(),
      api.readModels.position(),
      api.store.head(),
    ]);
    const eventsBehind = position < head ? await lag(api, position) : 0;
    const fit = ready && eventsBehind <= api.limits.eventsBehind;
    const body = { ...details, ready: fit, position, head, eventsBehind };
    return { status: fit ? 200 : 503, body };
  },
});

async function lag({ store, limits }: Api, after: Awaited<ReturnType<Api['store']['head']>>) {
  let events = 0;
  for await (const batch of store.readAll({ after, limit: limits.eventsBehind + 1 })) {
    events += batch.length;
  }
  return events;
}

import { setTimeout as delay } from 'node:timers/promises';
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Api } from '../../api-options.ts';
import { route } from '../../http/route.ts';
import { isProblematic, ProblemError } from '../../problems/problem.ts';
import { filters } from '../common.ts';
import { figureScope, todaysAt } from './common.ts';

const eventStream = 'text/event-stream';

/** Least time between two events, and between two looks, in milliseconds. */
const interval = 1000;
/** After so many looks without an event, a comment keeps proxies from hanging up. */
const looksBetweenHeartbeats = 15;

/** Longest that one stream lasts, in milliseconds: whoever listens comes again. */
const longest = 24 * 3600_000;

const lastEventId = z
  .string()
  .regex(/^\d{1,15}\.\d{4}-\d{2}-\d{2}$/, { error: 'must be the id of an event of this stream' })
  .meta({ description: 'The last event that was seen: what changed since is told at once.' });

export const followFigures = route({
  method: 'get',
  path: '/api/v1/figures/live',
  tag: 'figures',
  summary: 'Tells whenever figures that the reader sees have changed, once a second at the most',
  description:
    'Server-sent events (text/event-stream). Each `figures` event has the totals of what is open, and ' +
    'the position to ask other figures at (X-At-Least-Position). The stream ends when the token does.',
  query: z.strictObject({ office: filters.office }),
  headers: z.object({ 'Last-Event-ID': lastEventId.optional() }),
  responses: {
    200: { description: 'Events, for as long as one listens.', content: [eventStream] },
  },
  async handle({ query, headers, who, request }, api) {
    if (!request.accepts(eventStream)) {
      throw new ProblemError({ type: 'not-acceptable', offered: [eventStream] });
    }
    const filter = figureScope(who.actor, query);
    if (isProblematic(filter)) return filter;
    const signals = [
      AbortSignal.timeout(Math.min(longest, Math.max(0, who.expiresAt * 1000 - Date.now()))),
      ...(api.stopping ? [api.stopping] : []),
    ];
    const events = changes(api, filter.office, headers['Last-Event-ID'], AbortSignal.any(signals));
    return {
      status: 200,
      // Whoever asks for the head alone would wait for ever for its end.
      ...(request.method === 'HEAD'
        ? {}
        : { content: Readable.from(events, { objectMode: false }) }),
      headers: {
        'Content-Type': `${eventStream}; charset=utf-8`,
        'Cache-Control': 'private, no-store',
        // Proxies that gather answers would hold back what is to be seen at once.
        'X-Accel-Buffering': 'no',
      },
    };
  },
});

/** The text of the stream: where things stand at first, then after every change, until it is to end. */
async function* changes(
  api: Api,
  office: string | undefined,
  seen: string | undefined,
  end: AbortSignal,
): AsyncGenerator<string> {
  const { readModels } = api;
  const { figures } = readModels;
  yield `retry: ${interval}\n\n`;
  let last = seen;
  let silent = 0;
  while (!end.aborted) {
    const todays = todaysAt(api, office);
    const [today = ''] = [...todays.values()].toSorted().toReversed();
    // Another day changes what is due today.
    const id = `${await figures.mark(office)}.${today}`;
    if (id !== last) {
      const position = await readModels.position();
      const day = Temporal.PlainDate.from(today);
      const between = { from: day, to: day };
      const [totals] = await figures.files([], { office }, { between, todays });
      const data = JSON.stringify({ position, now: totals?.now, today: totals?.period });
      yield `id: ${id}\nevent: figures\ndata: ${data}\n\n`;
      last = id;
      silent = 0;
    } else if (++silent >= looksBetweenHeartbeats) {
      yield ': nothing new\n\n';
      silent = 0;
    }
    await delay(interval, undefined, { signal: end }).catch(() => undefined);
  }
}

import { builtInRoles, hasRole, parseMoment, type Moment, type Replayed } from '@satu-atap/domain';
import { ApplicationReplay } from '@satu-atap/event-store';
import { z } from 'zod';
import { unreadable } from '../access.ts';
import type { Api } from '../api-options.ts';
import { record } from '../evidence.ts';
import { route, type Call } from '../http/route.ts';
import { isProblematic, type Problematic } from '../problems/problem.ts';
import { replayDifferenceAnswer, replayed } from '../views/replay-schemas.ts';
import { replayDifferenceView, replayView } from '../views/replay-view.ts';
import { applicationParams } from './common.ts';

const moment = z
  .string()
  .max(64)
  .transform((text, context): Moment => {
    const parsed = parseMoment(text);
    if (parsed) return parsed;
    const message = 'must be a revision, or an instant in ISO 8601 such as 2026-03-02T02:00:00Z';
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  })
  .meta({ description: 'A revision, or an instant in ISO 8601 with its zone.' });

/** Who may have an application replayed. */
const replayers = [builtInRoles.auditor, builtInRoles.supervisor];

export const replayApplication = route({
  method: 'get',
  path: '/api/v1/applications/{id}/replay',
  tag: 'applications',
  summary: 'An application exactly as it stood at a moment',
  description:
    'For auditors and supervisors of the office, from the events and no read model; that they ask is ' +
    'recorded. Clocks are counted by the calendars that were known then, and asked as of then.',
  params: applicationParams,
  query: z.strictObject({ at: moment.optional() }),
  responses: { 200: { description: 'The application, as it stood.', schema: replayed } },
  async handle(call, api) {
    const asked = { at: textOf(call.query.at) };
    const replay = await replayOf(api, call, asked);
    if (isProblematic(replay)) return replay;
    const found = momentOf(replay, call.query.at);
    if (isProblematic(found)) return found;
    return { status: 200, body: replayView(call.params.id, found, replay) };
  },
});

export const replayDifference = route({
  method: 'get',
  path: '/api/v1/applications/{id}/replay/difference',
  tag: 'applications',
  summary: 'What changed in an application between two moments',
  description: 'For auditors and supervisors of the office; that they ask is recorded.',
  params: applicationParams,
  query: z.strictObject({ from: moment, to: moment.optional() }),
  responses: { 200: { description: 'What changed.', schema: replayDifferenceAnswer } },
  async handle(call, api) {
    const { from: first, to: second } = call.query;
    const replay = await replayOf(api, call, { from: textOf(first), to: textOf(second) });
    if (isProblematic(replay)) return replay;
    const from = momentOf(replay, first);
    if (isProblematic(from)) return from;
    const to = momentOf(replay, second);
    if (isProblematic(to)) return to;
    if (from.revision > to.revision) {
      return { refusal: { type: 'moments-reversed', from: from.revision, to: to.revision } };
    }
    const difference = replay.difference(from, to);
    const body = replayDifferenceView(call.params.id, { from, to, difference }, replay);
    return { status: 200, body };
  },
});

/** The history of a request's application, if its sender may have it replayed; that is recorded. */
async function replayOf(
  api: Api,
  { params: { id }, who: { actor } }: Call<{ id: string }>,
  selection: Record<string, string>,
): Promise<ApplicationReplay | Problematic> {
  if (!hasRole(actor, replayers)) return { refusal: { type: 'role-required', roles: replayers } };
  const replay = await ApplicationReplay.read(id, api);
  const submitted = replay?.history[0]?.event;
  if (!replay || submitted?.type !== 'ApplicationSubmitted') {
    return { refusal: { type: 'application-not-found' } };
  }
  const hidden = unreadable(actor, submitted.data);
  if (hidden) return { refusal: hidden };
  await record(api, actor, { act: 'replayed', application: id, selection });
  return replay;
}

function momentOf(replay: ApplicationReplay, asked: Moment | undefined): Replayed | Problematic {
  const now = Temporal.Now.instant();
  if (asked && 'instant' in asked && Temporal.Instant.compare(asked.instant, now) > 0) {
    return { refusal: { type: 'moment-to-come', at: asked.instant.toString() } };
  }
  const found = replay.at(asked ?? { instant: now });
  if ('application' in found) return found;
  // Its clock was ahead of this one's: it stands at its newest event.
  if (!asked) return momentOf(replay, { revision: replay.newest });
  return { refusal: found };
}

function textOf(asked: Moment | undefined): string {
  if (!asked) return 'now';
  return 'revision' in asked ? String(asked.revision) : asked.instant.toString();
}

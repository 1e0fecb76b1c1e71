import {
  evidenceAccessed,
  readEvidenceEvent,
  type Actor,
  type EvidenceAccess,
} from '@satu-atap/domain';
import { v4 as uuid } from 'uuid';
import { derivedId } from './event-ids.ts';
import type { EventStore } from './event-store.ts';

/** The stream that says who was given which evidence, and when. */
export const evidenceStream = 'evidence-accesses';

/**
 * Records that somebody is about to be given evidence. It is given only once this resolves: what could
 * not be recorded is not shown.
 *
 * @throws EventStoreUnavailableError
 */
export async function recordEvidenceAccess(
  store: Pick<EventStore, 'append'>,
  access: EvidenceAccess,
  { actor, now }: { actor: Actor; now: Temporal.Instant },
): Promise<void> {
  const command = uuid();
  const metadata = {
    actor,
    occurredAt: now.toString(),
    command,
    ...(actor.office === undefined ? {} : { office: actor.office }),
  };
  const data = evidenceAccessed.parse(access);
  const event = { id: derivedId(command, 0), type: 'EvidenceAccessed', data, metadata };
  await store.append(evidenceStream, [event], 'any');
}

/** One record: who was given what, and when. */
type RecordedAccess = EvidenceAccess & {
  /** Its place in the record, from 0. */
  revision: number;
  at: string;
  actor: Actor;
};

/** Which records to look for; what is left out, any. */
type AccessFilter = {
  /** Id of who was given it. */
  actor?: string | undefined;
  application?: string | undefined;
  act?: EvidenceAccess['act'] | undefined;
  /** Instants: from this one on, and before that one. */
  from?: Temporal.Instant | undefined;
  to?: Temporal.Instant | undefined;
};

/** Records looked through for one page at the most: a page may be short although there are more. */
const mostLookedThrough = 20_000;

/**
 * The record of accesses, newest first, from the stream itself.
 *
 * @param page.before only records before this place
 * @returns a page, and where the next begins; no `next` at the end of the record
 */
export async function readEvidenceAccesses(
  store: Pick<EventStore, 'read'>,
  filter: AccessFilter,
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<{ items: RecordedAccess[]; next?: number }> {
  const items: RecordedAccess[] = [];
  if (before === 0) return { items };
  const from = before === undefined ? {} : { from: before - 1 };
  const asked = { ...from, direction: 'backwards', limit: mostLookedThrough } as const;
  let next = 0;
  for await (const batch of store.read(evidenceStream, asked)) {
    for (const stored of batch) {
      const { event, metadata } = readEvidenceEvent(stored);
      const { actor, occurredAt: at } = metadata;
      const access = { revision: stored.revision, at, actor, ...event.data };
      next = stored.revision;
      if (isAskedFor(access, filter)) items.push(access);
      if (items.length === limit) return next === 0 ? { items } : { items, next };
    }
  }
  return next === 0 ? { items } : { items, next };
}

function isAskedFor(
  { actor, application, act, at }: RecordedAccess,
  filter: AccessFilter,
): boolean {
  const instant = Temporal.Instant.from(at);
  return (
    (filter.actor === undefined || filter.actor === actor.id) &&
    (filter.application === undefined || filter.application === application) &&
    (filter.act === undefined || filter.act === act) &&
    (filter.from === undefined || Temporal.Instant.compare(filter.from, instant) <= 0) &&
    (filter.to === undefined || Temporal.Instant.compare(instant, filter.to) < 0)
  );
}

import { evidenceAccessed, type Actor, type EvidenceAccess } from '@satu-atap/domain';
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

import type { EventLog, EventRow } from './event-log.ts';
import type { Resolved } from './event-encoding.ts';
import { fromStored } from './stored-content.ts';

/** The event that a `$>` event points to, `revision@stream`; absent where it is gone or deleted. */
export function resolveLink(log: EventLog, row: EventRow): Resolved {
  if (row.type !== '$>') return { event: row };
  const [, revision, stream] =
    /^(\d+)@(.+)$/su.exec(Buffer.from(fromStored(row.data).bytes).toString('utf8')) ?? [];
  if (revision === undefined || stream === undefined) return { event: undefined, link: row };
  const { newest, first } = log.stream(stream);
  const wanted = Number(revision);
  const [event] = wanted < first || wanted > newest ? [] : log.forwards(stream, wanted, 1);
  return { event: event?.revision === wanted ? event : undefined, link: row };
}

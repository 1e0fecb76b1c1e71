import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { EventLog, EventRow } from './event-log.ts';
import { pageSize, type EventFilter } from './filter.ts';
import { resolveLink } from './links.ts';
import { caughtUp, checkpoint, confirmation, eventMessage, type UuidForm } from './messages.ts';
import { firstRowAt, positionAfter, positionOf, type LogPosition } from './positions.ts';
import type { ReadResp } from './protocol.ts';
import { chunkSize } from './read-all.ts';

export type AllSubscription = {
  /** The event that lies there is not given. */
  after: LogPosition | 'start' | 'end';
  resolveLinks: boolean;
  uuids: UuidForm;
  filter: EventFilter | undefined;
};

/**
 * A subscription to $all: a confirmation, what is stored, `caughtUp`, and what comes. With a filter,
 * checkpoints tell how far the log has been looked through: see `Checkpoints`.
 */
export async function* subscribeToAll(
  log: EventLog,
  subscription: AllSubscription,
  signal: AbortSignal,
): AsyncGenerator<ReadResp[]> {
  yield [confirmation(randomUUID())];
  let row = lastRowBefore(subscription.after, log.head());
  const { filter, resolveLinks, uuids } = subscription;
  const checkpoints = filter && new Checkpoints(filter, row);
  let live = false;
  while (!signal.aborted) {
    const rows = log.after(row, chunkSize);
    const messages: ReadResp[] = [];
    for (const event of rows) {
      const matches = filter?.matches(event) ?? true;
      if (matches) {
        messages.push(eventMessage(resolveLinks ? resolveLink(log, event) : { event }, uuids));
      }
      const due = checkpoints?.passed(event, matches, live);
      if (due) messages.push(checkpoint(due));
    }
    row = rows.at(-1)?.position ?? row;
    if (!live && rows.length < chunkSize) {
      live = true;
      messages.push(caughtUp());
    }
    if (messages.length > 0) yield messages;
    if (rows.length < chunkSize) await log.changed(signal);
    else await setImmediate();
  }
}

function lastRowBefore(after: LogPosition | 'start' | 'end', head: number): number {
  if (after === 'start') return 0;
  if (after === 'end') return head;
  const row = firstRowAt(after);
  return row > 0 && positionOf(row) === after.commit && after.prepare === after.commit
    ? row
    : row - 1;
}

/**
 * When a filtered subscription is told how far the log has been looked through. While catching up the
 * server reads pages of at most 32 matching events from a search window; where the interval ends in a
 * page, the checkpoint is the page's last matching event, or the page's beginning when it had none.
 * From then on, it is the event with which the interval ends, matching or not.
 */
class Checkpoints {
  readonly #filter: EventFilter;
  #considered = 0;
  #page: { considered: number; matching: number; reached: LogPosition };

  constructor(filter: EventFilter, row: number) {
    this.#filter = filter;
    this.#page = { considered: 0, matching: 0, reached: positionAfter(row) };
  }

  /** @returns the checkpoint that is due after the event */
  passed(event: EventRow, matches: boolean, live: boolean): LogPosition | undefined {
    const position = positionOf(event.position);
    this.#considered += 1;
    if (live) return this.#due({ commit: position, prepare: position });
    const page = this.#page;
    page.considered += 1;
    if (matches) {
      page.matching += 1;
      page.reached = { commit: position, prepare: position };
    }
    if (page.matching < pageSize && page.considered < this.#filter.maxSearchWindow) {
      return undefined;
    }
    this.#page = { considered: 0, matching: 0, reached: positionAfter(event.position) };
    return this.#due(page.reached);
  }

  #due(position: LogPosition): LogPosition | undefined {
    const { checkpointInterval } = this.#filter;
    if (this.#considered < checkpointInterval) return undefined;
    this.#considered %= checkpointInterval;
    return position;
  }
}

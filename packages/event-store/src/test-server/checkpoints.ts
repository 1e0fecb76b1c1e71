import type { EventRow } from './event-log.ts';
import { pageSize, type EventFilter } from './filter.ts';
import { positionAfter, positionOf, type LogPosition } from './positions.ts';

/**
 * When a filtered subscription is told how far the log has been looked through. While catching up the
 * server reads pages of at most 32 matching events from a search window; where the interval ends in a
 * page, the checkpoint is the page's last matching event, or the page's beginning when it had none.
 * Once live, it is the event with which the interval ends, matching or not.
 */
export class Checkpoints {
  readonly #filter: EventFilter;
  #considered = 0;
  #page: { considered: number; matching: number; reached: LogPosition };

  /** @param row the last that was looked at; 0 at the beginning of the log */
  constructor(filter: EventFilter, row: number) {
    this.#filter = filter;
    this.#page = pageAfter(row);
  }

  /** Catches up again from there on. */
  restart(row: number): void {
    this.#page = pageAfter(row);
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
    this.#page = pageAfter(event.position);
    return this.#due(page.reached);
  }

  #due(position: LogPosition): LogPosition | undefined {
    const { checkpointInterval } = this.#filter;
    if (this.#considered < checkpointInterval) return undefined;
    this.#considered %= checkpointInterval;
    return position;
  }
}

function pageAfter(row: number) {
  const reached = row === 0 ? { commit: 0, prepare: 0 } : positionAfter(row);
  return { considered: 0, matching: 0, reached };
}

import type { CalendarBook, OfficeDefinition } from '@satu-atap/domain';
import type { EventStoreLocation, Position, StreamRun, ThreadFault } from '@satu-atap/event-store';
import type { CaseSelection } from '../cases/case-selection.ts';
import type { CaseText } from './case-text.ts';

/** All that a thread needs to know to write cases: plain data. */
export type ThreadSetting = {
  events: EventStoreLocation;
  offices: OfficeDefinition[];
  calendars: CalendarBook;
  selection: CaseSelection;
  /** Of pseudonyms. */
  key?: Uint8Array;
  until: Position;
  text: CaseText;
};

/**
 * What a thread is asked: to write the cases of a run, or to go on after a piece that was taken. Its bytes
 * come back: new ones for each would keep the collector of garbage at work.
 */
export type ThreadRequest = { run: StreamRun } | { taken: ArrayBuffer };

/** What a thread tells: text of the run that it is at, and when there is no more of it. */
export type ThreadReport =
  | { told: 'piece'; piece: Uint8Array<ArrayBuffer> }
  | { told: 'run-done' }
  | ({ told: 'failed' } & ThreadFault);

/** Pieces that a thread has on their way at the most: it waits when nobody takes them. */
export const mostOnTheirWay = 8;

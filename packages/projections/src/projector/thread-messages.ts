import type { CalendarBook, OfficeDefinition } from '@satu-atap/domain';
import type { EventStoreLocation, KeyRingLocation } from '@satu-atap/event-store';
import type { ReadModelsLocation } from '../database/open-read-models.ts';
import type { ProjectorStatus } from './projector.ts';

/** What a projector's thread is started with: plain data, since it crosses to another thread. */
export type ThreadData = {
  events: EventStoreLocation;
  /** Keys of personal data; what is sealed stays so without them. */
  keys?: KeyRingLocation;
  readModels: ReadModelsLocation;
  offices: OfficeDefinition[];
  /** Calendars as far as they are known: their later versions come with the events. */
  calendars: CalendarBook;
  logLevel: string;
};

/** To the thread. */
export type Request = 'run' | 'rebuild' | 'close';

/** From the thread: how it stands, after every change; and what came of a rebuild. */
export type Report =
  | { type: 'status'; generation: number; status: ProjectorStatus }
  | { type: 'rebuilt'; events: number }
  | { type: 'failed'; error: Error };

import type { CalendarBook, OfficeDefinition } from '@satu-atap/domain';
import type {
  CheckedPart,
  EventStoreLocation,
  KeyRingLocation,
  LogVerification,
  Position,
  Share,
  ThreadFault,
} from '@satu-atap/event-store';
import type { ReadModelsCompared, ReadModelsLocation, RowDifference } from '@satu-atap/projections';

/** A part of the work, done by one thread. */
export type VerifyTask =
  | { check: 'applications'; share: Share }
  | { check: 'other-streams' }
  | { check: 'read-models'; readModels: ReadModelsLocation }
  | { check: 'integrity' };

/** All that a thread needs to know: plain data. */
export type VerifySetting = {
  events: EventStoreLocation;
  /** Keys of personal data. */
  keys: KeyRingLocation;
  offices: OfficeDefinition[];
  calendars: CalendarBook;
  /** Nothing that was stored after it is checked. */
  until: Position;
};

/** What a thread tells. It goes on after findings only when it is told to: nothing piles up. */
export type VerifyReport =
  | { told: 'part'; part: CheckedPart }
  | { told: 'rows'; rows: number; folded: number }
  | { told: 'row-difference'; difference: RowDifference }
  | { told: 'compared'; compared: ReadModelsCompared }
  | { told: 'box-damaged'; reason: string }
  | { told: 'integrity'; log: LogVerification }
  | ({ told: 'failed' } & ThreadFault)
  | { told: 'done' };

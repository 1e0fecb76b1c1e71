import type { LogAttribute } from '@satu-atap/domain';
import type { RecordedHappening } from './case-history.ts';

/**
 * An application as event logs tell it. Attributes are those of XES (IEEE 1849-2016, 4.3); the other
 * formats take from them what they can hold.
 */
export type ExportedCase = {
  /** The id of the application, as it may be told. */
  id: string;
  /** Where it was submitted, and the unit whose service it is. */
  office: string;
  unit: string;
  /** Whose it is, as it may be told; of an imported case nobody knows. */
  applicant?: string;
  submittedAt: string;
  /** Taken over from another system's log: then attributes and events are as they stand there. */
  log?: string;
  attributes: LogAttribute[];
  events: ExportedEvent[];
};

export type ExportedEvent = {
  attributes: LogAttribute[];
  /** The stored event that it tells of. */
  happening: RecordedHappening;
  /** Not an event of its own, but what the stored event did to the service's clock. */
  ofClock?: true;
};

/** Keys of our own attributes, with the prefix of our extension. */
export const keys = {
  type: 'satuatap:type',
  sequence: 'satuatap:sequence',
  revision: 'satuatap:revision',
  event: 'satuatap:event',
  titleId: 'satuatap:title-id',
  titleEn: 'satuatap:title-en',
  before: 'satuatap:state-before',
  after: 'satuatap:state-after',
} as const;

/** A text; nothing where there is none. */
export function text(key: string, value: string | undefined): LogAttribute[] {
  return value === undefined ? [] : [[key, 'string', value]];
}

export function int(key: string, value: number | undefined): LogAttribute[] {
  return value === undefined ? [] : [[key, 'int', String(value)]];
}

export function date(key: string, value: string | undefined): LogAttribute[] {
  return value === undefined ? [] : [[key, 'date', value]];
}

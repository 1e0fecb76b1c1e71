import type { LogAttribute, LogHeader, LogImportBegun } from '@satu-atap/domain';
import type { Place } from './log-fault.ts';

/** An event as it stands in the log, and where. */
export type LogEvent = { attributes: LogAttribute[]; place: Place };

/** A case with all its events, in the order of the file. */
export type LogCase = { attributes: LogAttribute[]; events: LogEvent[]; place: Place };

/** What a reader gives, in the order of the file; the header last, when all of it is known. */
export type LogPart =
  /** Before the first case or event: the header, as far as it is known by then. */
  | { kind: 'begin'; header: LogHeader }
  | { kind: 'case'; case: LogCase }
  /** An event that belongs to no case. */
  | { kind: 'event'; event: LogEvent }
  | {
      kind: 'header';
      header: LogHeader;
      attributes: LogAttribute[];
      /** How many elements of other vocabularies were left out. */
      foreign: number;
      csv?: LogImportBegun['csv'];
    };

/**
 * What one log may hold, in characters unless it says otherwise: more than honest logs do. How many
 * cases there are, and how large the file is, is not limited: it is read piece by piece.
 */
export const logLimits = {
  /** One value or key. */
  text: 100_000,
  /** Attributes within attributes. */
  depth: 15,
  /** Attributes of one event or of a case, those within others counted. */
  attributes: 20_000,
  /** One event, or the attributes of one case, with all that is in it: it must fit the store. */
  event: 250_000,
  /** Events of one case, which is held in memory. */
  events: 200_000,
  /** One case with its events. */
  case: 128 * 1024 * 1024,
  /** What belongs to the log itself. */
  header: 64 * 1024 * 1024,
  /** One tag, comment or text between tags. */
  markup: 1024 * 1024,
} as const;

/** A number as people read it: 400,000. */
export function inWords(count: number): string {
  return count.toLocaleString('en');
}

/** The value of an attribute, or undefined. */
export function valueOf(attributes: readonly LogAttribute[], key: string): string | undefined {
  return attributes.find(([name]) => name === key)?.[2];
}

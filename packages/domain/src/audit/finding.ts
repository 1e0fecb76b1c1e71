import type { Refusal } from '../application/refusal.ts';

/** What is recorded, but would not have been decided so by the rules in force then; with its reason. */
export type FindingReason =
  /** The rules would have said no. */
  | { finding: 'refused'; refusal: Refusal }
  /** The same decision would have been recorded in other words: at this path of the event's data. */
  | { finding: 'recorded-otherwise'; path: string; is: unknown; shouldBe: unknown }
  /** The command leads to no such event. */
  | { finding: 'not-called-for' }
  /** The command leads to an event that is not there. */
  | { finding: 'left-out'; shouldBe: string }
  /** The document has no number of the series that its definition says. */
  | { finding: 'unnumbered'; series: string }
  /** The number was never reserved for this application. */
  | { finding: 'number-not-reserved'; number: string; series: string; sequence: number }
  /** An earlier version of the service was taken than was in force. */
  | { finding: 'not-in-force'; version: number; inForce: number }
  /** Neither yes nor no: what is recorded makes no sense to the rules. */
  | { finding: 'undecidable'; reason: string }
  /** It cannot be read as any event: altered, or written by a newer version of the engine. */
  | { finding: 'unreadable'; reason: string }
  /** Revisions are missing or twice. */
  | { finding: 'gap'; expected: number }
  /** It says it happened before what stands before it. */
  | { finding: 'earlier-than-before'; before: string }
  /** Its metadata name another office than the application's. */
  | { finding: 'other-office'; office: string; recorded: string }
  /** Events of one command differ in who or when. */
  | { finding: 'mixed-command'; path: string }
  /** The command was carried out earlier in this history: a repetition records nothing. */
  | { finding: 'repeated-command'; command: string }
  /** A version of a service that was never published, or not before this was recorded. */
  | { finding: 'unknown-version'; service: string; version: number }
  /** The office is not configured here: its rules and calendars are not at hand. */
  | { finding: 'unknown-office'; office: string }
  /** Recorded in a stream of another name than it should be. */
  | { finding: 'other-stream'; shouldBe: string };

/** Where something was found, and what. */
export type Finding = {
  revision: number;
  /** The event's type, as it is stored. */
  event: string;
  /** When it happened, as far as it can be read. */
  at?: string;
  /** Id of who did it. */
  by?: string;
} & FindingReason;

/** Something that could not be checked again, which is no fault of anybody. */
export type Unchecked = {
  revision: number;
  event: string;
  why: /** Its calendar had no versions yet. */
    | 'calendar-unversioned'
    /** Taken over from a log that does not say what a guard asks for. */
    | 'imported-without-facts'
    /** Personal data that the rules ask for have been erased. */
    | 'erased';
};

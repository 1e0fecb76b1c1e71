import type { ApplicationCommand } from '../application/commands.ts';
import type { StateValue } from '../application/events.ts';
import type { Refusal } from '../application/refusal.ts';
import type { ClockMode } from '../service/workflow.ts';
import type { Duration } from '../sla/duration.ts';

/** A promise as a clock holds it: its standard, when it is due, and whether it was kept. */
export type Promised = {
  standard: Duration;
  /** ISO 8601; absent while the clock stands still, or where it never ran. */
  dueAt?: string;
  standing: 'in-time' | 'late' | 'not-running';
};

/** A document that a step gave out: the last day on which it holds, and the pattern of its number. */
export type Issued = { output: string; validUntil?: string; number?: string };

/** What a draft would have done otherwise than what is on record. Holds nothing of a person. */
type Otherwise =
  /** The draft would have said no. */
  | { type: 'refused'; command: ApplicationCommand['type']; refusal: Refusal }
  | { type: 'leads-elsewhere'; was: StateValue; wouldBe: StateValue }
  /** Absent: it would not have ended there. */
  | { type: 'ends-otherwise'; was?: string; wouldBe?: string }
  /** The step would have set these fields to other values. */
  | { type: 'sets-otherwise'; fields: string[] }
  /** The applicant would have been given other documents, or for another time. */
  | { type: 'issues-otherwise'; was: Issued[]; wouldBe: Issued[] }
  /** Whole rupiah that submission decides; absent: nothing is decided then. */
  | { type: 'fee'; was?: number; wouldBe?: number }
  | { type: 'clock'; was: ClockMode; wouldBe: ClockMode }
  /** Absent: nothing is promised. */
  | { type: 'promise'; was?: Promised; wouldBe?: Promised }
  /** The share of the promised time after which to warn. */
  | { type: 'warning'; was: number; wouldBe: number }
  /** The file stands where the draft has no place for it. */
  | { type: 'no-place'; was: StateValue };

export type Difference = Otherwise & {
  /** Where in the definition: `intake/accept`, `form/floorArea`, `standard`. */
  place: string;
  /** The event that it is about. */
  revision: number;
  /** When that happened: ISO 8601. */
  at: string;
};

/**
 * What differences of many applications have in common: kind, place, and what is otherwise. Grows with
 * the definitions, not with applications.
 */
export function kindOf(difference: Difference): string {
  return JSON.stringify([difference.type, difference.place, ...contentOf(difference)]);
}

function contentOf(difference: Difference): unknown[] {
  switch (difference.type) {
    case 'refused': {
      const { command, refusal } = difference;
      return [command, refusal.type, refusal.type === 'guard-not-met' && refusal.unmet.guard];
    }
    case 'promise': {
      const { was, wouldBe } = difference;
      return [was?.standard, was?.standing, wouldBe?.standard, wouldBe?.standing];
    }
    case 'sets-otherwise':
      return difference.fields;
    case 'issues-otherwise':
      return [difference.was.map(nameOf), difference.wouldBe.map(nameOf)];
    case 'no-place':
      return [difference.was];
    case 'leads-elsewhere':
    case 'ends-otherwise':
    case 'fee':
    case 'clock':
    case 'warning':
      return [difference.was, difference.wouldBe];
  }
}

const nameOf = ({ output }: Issued) => output;

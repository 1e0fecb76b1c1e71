import type { Localized } from '../names.ts';
import type { GuardUnmet } from '../service/guard-evaluation.ts';
import type { MigrationProblem } from '../migration/plan-migration.ts';
import type { AccessUnmet } from './access.ts';

/** What is wrong with one field of the input, for people. */
export type FieldIssue = { field: string; message: Localized };

/**
 * Why a command was refused: a value, not an error. Each `type` is a problem type of the API, and
 * what else it carries is what somebody needs to know to get further.
 */
export type Refusal =
  | AccessUnmet
  | { type: 'application-not-found' }
  | { type: 'application-exists' }
  | { type: 'application-ended'; outcome: string }
  | { type: 'unknown-service'; service: string }
  | { type: 'unknown-office'; office: string }
  | {
      type: 'service-retired';
      service: string;
      /** The local date from which on it takes no applications. */
      since: string;
      reason: Localized;
      legalBasis: string;
    }
  | {
      type: 'service-not-offered';
      service: string;
      office: string;
      /** Where it is offered. */
      offices: string[];
    }
  | { type: 'service-withdrawn'; service: string; reason?: Localized }
  | { type: 'version-not-found'; service: string; version: number }
  | { type: 'version-withdrawn'; service: string; version: number; reason: Localized }
  | { type: 'content-withdrawn'; service: string; version: number; reason: Localized }
  | { type: 'unknown-action'; action: string; known: string[] }
  | { type: 'action-not-available'; action: string; state: string[]; available: string[] }
  | { type: 'guard-not-met'; action: string; unmet: GuardUnmet }
  | { type: 'comment-required'; action: string }
  | { type: 'assigned-to-another'; state: string; officer: string }
  | { type: 'not-assigned'; state: string }
  | { type: 'state-not-active'; state: string; active: string[] }
  | { type: 'not-at-this-desk'; state: string[] }
  | { type: 'invalid-data'; issues: FieldIssue[] }
  | { type: 'field-not-allowed'; field: string; allowed: string[] }
  | { type: 'unknown-requirement'; requirement: string; known: string[] }
  | { type: 'document-type-not-accepted'; mediaType: string; accepted: string[] }
  | { type: 'document-too-large'; bytes: number; maxBytes: number }
  | { type: 'document-not-found'; document: string }
  | { type: 'document-replaced'; document: string }
  | { type: 'no-fee-to-assess' }
  | { type: 'no-fee-due' }
  | { type: 'payment-exceeds-fee'; amount: number; outstanding: number }
  | { type: 'payment-already-received'; reference: string }
  | { type: 'clock-not-found'; clock: string }
  | { type: 'clock-not-due'; clock: string; dueAt?: string }
  | { type: 'too-late-to-extend'; dueAt?: string }
  | { type: 'already-extended'; action: string; atMost: number }
  | { type: 'cannot-migrate'; version: number; problems: MigrationProblem[] }
  | { type: 'stale-revision'; expected: number; actual: number }
  | { type: 'idempotency-key-reused' }
  | { type: 'too-much-contention' };

/** A refusal as a result: what every deciding function returns instead of its answer. */
export type Refused = { refusal: Refusal };

export const refused = (refusal: Refusal): Refused => ({ refusal });

export function isRefused(result: object): result is Refused {
  return 'refusal' in result;
}

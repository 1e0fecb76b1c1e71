import type { Localized, Refusal } from '@satu-atap/domain';
import type { RunningApplication } from '@satu-atap/event-store';

/** What is wrong with one part of a request, for people. `field` is a path: `data.floorArea`. */
export type RequestIssue = {
  in: 'path' | 'query' | 'header' | 'body';
  field: string;
  message: Localized;
};

/** What is wrong in a service definition, and where; lines and columns count from 1. */
export type DefinitionProblem = {
  path: (string | number)[];
  message: string;
  severity: 'error' | 'warning';
  line?: number;
  column?: number;
};

/** What can go wrong before a command is decided, or outside of any. */
export type HttpProblem =
  | { type: 'malformed-url' }
  | { type: 'malformed-json' }
  | { type: 'invalid-request'; issues: RequestIssue[] }
  | { type: 'invalid-cursor' }
  | { type: 'body-too-large'; maxBytes: number }
  | { type: 'unsupported-media-type'; accepted: string[] }
  | { type: 'not-acceptable'; offered: string[] }
  | { type: 'not-found' }
  | { type: 'method-not-allowed'; allowed: string[] }
  | { type: 'unauthenticated' }
  | { type: 'token-expired' }
  | { type: 'invalid-token'; reason: string }
  | { type: 'reserved-role'; role: string }
  | { type: 'office-required' }
  | { type: 'service-not-found'; service: string }
  | { type: 'invalid-definition'; problems: DefinitionProblem[] }
  | { type: 'notification-not-found' }
  | { type: 'notification-not-parked'; standing: string }
  | { type: 'nothing-to-erase'; applicant: string }
  | { type: 'applications-running'; applications: RunningApplication[] }
  | { type: 'revision-not-found'; revision: number; newest: number }
  | { type: 'before-the-application'; at: string; submittedAt: string }
  | { type: 'moment-to-come'; at: string }
  | { type: 'moments-reversed'; from: number; to: number }
  | { type: 'event-not-found'; stream: string; revision: number }
  | { type: 'event-not-covered'; stream: string; revision: number }
  | { type: 'checkpoint-not-found'; size?: number }
  | { type: 'log-not-as-signed' }
  | { type: 'document-empty' }
  | { type: 'document-erased'; document: string }
  | { type: 'document-content-mismatch'; declared: string; found?: string }
  | { type: 'read-model-behind'; position: string }
  | { type: 'store-unavailable' }
  | { type: 'read-models-unavailable' }
  | { type: 'identity-unavailable' }
  | { type: 'internal'; requestId: string };

/** Everything the API says no with: the domain's refusals and HTTP's own. */
export type Problem = Refusal | HttpProblem;
export type ProblemType = Problem['type'];
export type ProblemOf<Type extends ProblemType> = Extract<Problem, { type: Type }>;

/** A problem as a handler's result, beside its answer. The domain's `Refused` is one. */
export type Problematic = { refusal: Problem };

export function isProblematic(result: object): result is Problematic {
  return 'refusal' in result;
}

/** For the places that can only throw: a problem on its way to the one place that answers it. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.type, options);
    this.problem = problem;
  }
}

/** What is said about one type of problem, in both languages. */
export type ProblemEntry<Of extends Problem> = {
  status: number;
  title: Localized;
  /** What is the matter in this case: one sentence or two, with names and numbers. */
  what: (problem: Of) => Localized;
  /** The way out, whatever the case. */
  remedy: Localized;
  /** Seconds after which trying again makes sense. */
  retryAfter?: number;
};

/** An entry for every type: leaving one out does not compile. */
export type ProblemEntries<Of extends Problem> = {
  [Type in Of['type']]: ProblemEntry<Extract<Of, { type: Type }>>;
};

export const say = (id: string, en: string): Localized => ({ id, en });

/** Names in a row, for a sentence. */
export const list = (names: readonly string[]): string =>
  names.length === 0 ? '–' : names.join(', ');

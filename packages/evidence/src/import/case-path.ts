import type { FormData, Refusal, StateValue } from '@satu-atap/domain';
import type { CaseFacts } from './case-facts.ts';

/** A step that a case took, as it is recorded. */
export type CaseStep = {
  action: string;
  from: StateValue;
  to: StateValue;
  data?: FormData;
  outcome?: string;
  /** Whose officers take it. */
  unit: string;
};

/** A step that the given definition does not allow. */
export type Deviation = {
  case: string;
  /** Of the event in its case, from 1. */
  event: number;
  activity: string;
  /** No action of the definition stands for the activity, or the workflow refuses it. */
  why: { type: 'no-action' } | Refusal;
};

/** The way of a case through a definition, one step an event. */
export type CasePath = { initial: StateValue; steps: CaseStep[]; deviations: Deviation[] };

export type PathFinder = (facts: CaseFacts) => CasePath;

import type { Localized } from '@satu-atap/domain';
import { accessProblems } from './access-problems.ts';
import { applicationProblems } from './application-problems.ts';
import { documentAndFeeProblems } from './document-and-fee-problems.ts';
import { httpProblems } from './http-problems.ts';
import { integrityProblems } from './integrity-problems.ts';
import { notificationProblems } from './notification-problems.ts';
import type { Problem, ProblemEntries, ProblemEntry, ProblemType } from './problem.ts';
import { replayProblems } from './replay-problems.ts';
import { serviceProblems } from './service-problems.ts';

/** Every way of saying no, with its status and its words: the one table. */
export const problemTable: ProblemEntries<Problem> = {
  ...accessProblems,
  ...applicationProblems,
  ...serviceProblems,
  ...documentAndFeeProblems,
  ...integrityProblems,
  ...notificationProblems,
  ...replayProblems,
  ...httpProblems,
};

export const problemTypes = Object.keys(problemTable) as ProblemType[];

export type Language = keyof Localized;

/** Problem details as RFC 9457 lays them out; what else the problem carries stands beside them. */
export type ProblemDetails = {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  [member: string]: unknown;
};

/** The problem in words: what is the matter and the way out, in one language. */
export function problemDetails(
  problem: Problem,
  { language, instance }: { language: Language; instance: string },
): ProblemDetails {
  const entry = problemEntry(problem.type);
  const { type, ...members } = problem;
  return {
    type: `/problems/${type}`,
    title: entry.title[language],
    status: entry.status,
    detail: `${entry.what(problem)[language]} ${entry.remedy[language]}`,
    instance,
    ...members,
  };
}

/** What is the matter, without the way out: for those who read of what is past. */
export function problemInWords(problem: Problem): Localized {
  return problemEntry(problem.type).what(problem);
}

/** The type parameter ties an entry to its own problem; from here on any of them will do. */
export function problemEntry(type: ProblemType): ProblemEntry<Problem> {
  return problemTable[type] as ProblemEntry<Problem>;
}

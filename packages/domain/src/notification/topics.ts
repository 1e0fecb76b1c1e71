import { z } from 'zod';

/** What somebody can be told about an application, and when. */
export const topics = {
  received: 'The promised time has begun: the file is complete, or as the workflow says.',
  returned: 'The file waits for the applicant, and the clock stands still.',
  'fee-due': 'A fee was assessed, or the file waits for one, and it is not paid yet.',
  extended: 'The promise was given more time, on a legal ground.',
  issued: 'Documents were given out: the applicant can have them.',
  ended: 'The file has reached an end; the outcome says which.',
  warned: 'A promise is about to be broken.',
  breached: 'A promise was broken.',
  escalated: 'Roles are told that a share of a promise has passed, or all of it.',
} as const;

export const topic = z.enum(Object.keys(topics) as [Topic, ...Topic[]]);
export type Topic = keyof typeof topics;

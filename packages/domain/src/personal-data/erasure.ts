import { z } from 'zod';

const applicantId = z.string().min(1).max(200);
const text = z.string().min(1).max(1000);

/** Erasing somebody's personal data was ordered: what it takes with it, before anything is destroyed. */
export const erasureOrdered = z.strictObject({
  applicant: applicantId,
  /** Every key that the applicant's data were sealed with. */
  keys: z.array(z.uuid()),
  /** The applicant's applications: all have ended. */
  applications: z.array(z.uuid()),
  /** Contents of their documents, by SHA-256, that nobody else's application names. */
  documents: z.array(z.string().regex(/^[0-9a-f]{64}$/)),
  /** The law and article that asks for it. */
  legalGround: text,
  reason: text,
});

/** It is done: the keys and the documents' contents are gone. */
const personalDataErased = z.strictObject({
  applicant: applicantId,
  keys: z.array(z.uuid()),
  applications: z.array(z.uuid()),
  /** How many contents of documents are gone. */
  documents: z.int().min(0),
  legalGround: text,
  reason: text,
});

/** Every event of an erasure, by its name. */
export const erasureEvents = {
  ErasureOrdered: erasureOrdered,
  PersonalDataErased: personalDataErased,
} as const;
export type ErasureEvent =
  | { type: 'ErasureOrdered'; data: z.infer<typeof erasureOrdered> }
  | { type: 'PersonalDataErased'; data: z.infer<typeof personalDataErased> };

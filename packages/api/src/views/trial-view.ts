import {
  instant,
  localized,
  servicePublished,
  serviceId,
  type Difference,
  type TrialSummary,
} from '@satu-atap/domain';
import { z } from 'zod';
import { migrationNoteText, migrationProblemText } from '../problems/migration-text.ts';
import { differenceText } from '../problems/trial-text.ts';
import { publishedVersion } from './service-schemas.ts';

const applications = z.int().meta({ description: 'How many.' });
const id = z.string().meta({ description: 'An application’s id.' });

const differenceTypes = [
  'refused',
  'leads-elsewhere',
  'ends-otherwise',
  'sets-otherwise',
  'issues-otherwise',
  'fee',
  'clock',
  'promise',
  'warning',
  'no-place',
] as const satisfies readonly Difference['type'][];

const example = z.strictObject({
  application: id,
  revision: z.int().meta({ description: 'The event that it is about.' }),
  at: instant,
  text: localized,
  difference: z
    .looseObject({ type: z.enum(differenceTypes) })
    .meta({ description: 'The same as data: what was, what would be, or the refusal.' }),
});

/** What a draft would have done with applications; nothing in it is of a person. */
export const trialView = z
  .strictObject({
    service: serviceId,
    version: servicePublished.shape.version.meta({
      description: 'The version that the draft would be.',
    }),
    digest: servicePublished.shape.digest,
    warnings: publishedVersion.shape.warnings,
    tried: applications,
    same: applications,
    differing: applications,
    running: applications,
    ended: applications,
    diverged: applications.meta({
      description: 'Of those that differ: followed only until the draft would have them elsewhere.',
    }),
    fromMigration: applications.meta({ description: 'Walked from their last migration on.' }),
    versions: z.array(z.strictObject({ version: z.int(), applications })),
    differences: z.array(
      z.strictObject({
        type: z.enum(differenceTypes),
        place: z.string().meta({ description: 'Where in the definition: `intake/accept`, `fee`.' }),
        applications,
        examples: z.array(example),
      }),
    ),
    migration: z
      .strictObject({
        movable: applications,
        undecided: applications,
        problems: z.array(
          z.strictObject({
            problem: z.looseObject({ type: z.string() }),
            text: localized,
            applications,
            examples: z.array(id),
          }),
        ),
        notes: z.array(
          z.strictObject({
            note: z.looseObject({ type: z.string() }),
            text: localized,
            applications,
          }),
        ),
      })
      .meta({ description: 'How those that run would move to the draft now.' }),
    leftOut: z
      .array(z.strictObject({ office: z.string(), applications }))
      .meta({ description: 'Not tried: of offices that are not known here.' }),
    erased: applications.exactOptional().meta({
      description: 'Not tried: personal data of these are erased.',
    }),
  })
  .meta({ id: 'Trial' });

/** A trial as it is answered, with its words. */
export function viewOfTrial(
  draft: { id: string; version: number; digest: string },
  { differences, migration, ...summary }: TrialSummary,
): Omit<z.infer<typeof trialView>, 'warnings'> {
  const { problems, notes, ...counts } = migration;
  return {
    service: draft.id,
    version: draft.version,
    digest: draft.digest,
    ...summary,
    differences: differences.map(({ examples, ...kind }) => ({
      ...kind,
      examples: examples.map(({ application, difference }) => {
        const { revision, at, ...rest } = difference;
        return { application, revision, at, text: differenceText(difference), difference: rest };
      }),
    })),
    migration: {
      ...counts,
      problems: problems.map((one) => ({ ...one, text: migrationProblemText(one.problem) })),
      notes: notes.map((one) => ({ ...one, text: migrationNoteText(one.note) })),
    },
  };
}

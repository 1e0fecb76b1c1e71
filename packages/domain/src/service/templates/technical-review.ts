import { z } from 'zod';
import { localized, name, type Localized } from '../../names.ts';
import { duration } from '../../sla/duration.ts';
import { returnToApplicant, text, type Action, type Lead, type State } from './parts.ts';

/** The units whose advice is asked, each in its own state, all at once. */
export const recommendedBy = z
  .array(
    z.strictObject({
      unit: name.describe('The unit that recommends.'),
      title: localized.optional().describe('What it gives; its recommendation, if left out.'),
      standard: duration.optional().describe('How long it may take.'),
    }),
  )
  .min(1)
  .max(10)
  .refine((units) => new Set(units.map(({ unit }) => unit)).size === units.length, {
    error: 'names a unit twice',
  })
  .describe('Other units that give the technical recommendation; several do so at once.');
export type RecommendedBy = z.infer<typeof recommendedBy>;

export type Review = {
  lead: Lead;
  /** Where a file goes that is advised against: to a decision that weighs it, or to its end. */
  advisedAgainst: 'decision' | 'rejected';
  /** Whether the file can be sent back to the applicant. */
  returns: boolean;
  recommendedBy?: RecommendedBy | undefined;
};

/** Actions after which the same officer may not decide. */
export const reviewActions = (units: RecommendedBy = []): string[] =>
  units.length > 1
    ? units.flatMap(({ unit }) => [`${unit}-recommends`, `${unit}-advises-against`])
    : ['recommend', 'advise-against'];

/**
 * The technical review: by the service's own unit, by another one, or by several at once. Of several,
 * each ends its own part, so that who decides has read them all; a return takes the file from all.
 */
export function technicalReview({ recommendedBy: units = [], ...review }: Review): State {
  const [one = {}, ...more] = units;
  if (more.length === 0) return reviewing(review, one);
  const { target, branches = [{ target }] } = review.lead;
  return {
    title: text('Rekomendasi teknis', 'Technical recommendations'),
    type: 'parallel',
    states: Object.fromEntries(units.map((unit) => [unit.unit, region(review, unit)])),
    onDone: branches.map(({ target: to = 'granted', guard }) => ({
      target: to,
      ...(guard ? { guard } : {}),
    })),
  };
}

function reviewing(
  { lead, advisedAgainst, returns }: Omit<Review, 'recommendedBy'>,
  { unit, title = recommendationOf(unit), standard }: Partial<RecommendedBy[number]>,
): State {
  const { recommend, adviseAgainst, returned } = advice(lead, advisedAgainst, 'returned');
  return {
    title,
    ...(unit ? { unit } : {}),
    ...(standard ? { standard } : {}),
    on: {
      recommend,
      'advise-against': adviseAgainst,
      ...(returns ? { 'return-to-applicant': returned } : {}),
    },
  };
}

/** One unit's part beside the others'; its actions carry its name, for regions share none. */
function region(
  { advisedAgainst, returns }: Omit<Review, 'recommendedBy'>,
  { unit, title = recommendationOf(unit), standard }: RecommendedBy[number],
): State {
  const ended = (said: Localized): State => ({ title: said, type: 'final' });
  const weighed = advisedAgainst === 'decision';
  const { recommend, adviseAgainst, returned } = advice(
    { target: 'recommended' },
    weighed ? 'advised-against' : `#${advisedAgainst}`,
    '#returned',
  );
  return {
    title,
    unit,
    initial: 'reviewing',
    states: {
      reviewing: {
        title: text('Sedang ditelaah', 'Under review'),
        ...(standard ? { standard } : {}),
        on: {
          [`${unit}-recommends`]: recommend,
          [`${unit}-advises-against`]: adviseAgainst,
          ...(returns ? { [`${unit}-returns`]: returned } : {}),
        },
      },
      recommended: ended(text('Direkomendasikan', 'Recommended')),
      ...(weighed
        ? { 'advised-against': ended(text('Tidak direkomendasikan', 'Advised against')) }
        : {}),
    },
  };
}

function advice(lead: Lead, against: string, returned: string) {
  const roles = ['technical-reviewer'];
  const recommend: Action = { title: text('Rekomendasikan', 'Recommend'), roles, ...lead };
  const adviseAgainst: Action = {
    title: text('Tidak merekomendasikan', 'Advise against'),
    roles,
    comment: 'required',
    target: against,
  };
  return {
    recommend,
    adviseAgainst,
    returned: returnToApplicant('technical-reviewer', returned),
  };
}

function recommendationOf(unit: string | undefined): Localized {
  if (unit === undefined) return text('Telaah teknis', 'Technical review');
  const named = unit.replaceAll(/(^|-)[a-z]/g, (letter) => letter.replace('-', ' ').toUpperCase());
  return text(`Rekomendasi ${named}`, `Recommendation of ${named}`);
}

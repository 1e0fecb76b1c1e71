import type { Deviation } from './case-path.ts';
import { givenPath } from './given-path.ts';
import type { ImportOutcome, ImportRequest } from './import-request.ts';
import { surveyLog, type Survey } from './survey.ts';

/** Deviations that are told one by one. */
const shownDeviations = 50;

/** A log that was read whole and may be taken over. */
export type JudgedLog = { survey: Survey; deviations: number };

/**
 * Reads a log whole, and needs no store for it: what is refused leaves nothing anywhere.
 *
 * @throws LogFault for a file that cannot be taken over
 */
export async function judgeLog({
  source,
  classifier,
  timeZone,
  definition,
  office,
  progress,
}: Omit<ImportRequest, 'store' | 'services'>): Promise<
  JudgedLog | Extract<ImportOutcome, { type: 'deviates' }>
> {
  const given =
    definition.kind === 'given'
      ? givenPath(definition.service, office, definition.mapped)
      : undefined;
  const shown: Deviation[] = [];
  let count = 0;
  const survey = await surveyLog(source, {
    classifier,
    timeZone,
    each(facts) {
      if (!given) return;
      const { deviations } = given(facts);
      count += deviations.length;
      shown.push(...deviations.slice(0, shownDeviations - shown.length));
    },
    progress: (done) => progress?.('reading', done),
  });
  const isRefusedBy = definition.kind === 'given' && !definition.keepDeviations && count > 0;
  return isRefusedBy ? { type: 'deviates', shown, count } : { survey, deviations: count };
}

import { derivedId } from '../event-ids.ts';

/** How the names of the streams begin that say whose personal data were erased. */
export const erasurePrefix = 'erasure-';

/** The stream of an applicant's erasures; it does not name the applicant. */
export function erasureStream(applicant: string): string {
  return erasurePrefix + derivedId('erasure', applicant);
}

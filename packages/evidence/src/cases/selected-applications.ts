import type { EventStore } from '@satu-atap/event-store';
import { caseHistories, type CaseSource } from './case-history.ts';
import type { CaseSelection } from './case-selection.ts';

/**
 * The ids of the selected applications, as `caseHistories` gives them; at most one more than `most`,
 * so that whoever asks can tell that there are too many.
 *
 * @throws as `caseHistories` does
 */
export async function selectedApplications(
  source: CaseSource & { store: Pick<EventStore, 'head'> },
  selection: CaseSelection,
  most: number,
): Promise<string[]> {
  const ids: string[] = [];
  const range = { selection, until: await source.store.head() };
  for await (const batch of caseHistories(source, range)) {
    for (const { application } of batch) ids.push(application);
    if (ids.length > most) break;
  }
  return ids.slice(0, most + 1);
}

import { TrialReport } from '@satu-atap/domain';
import {
  applicationsOf,
  tryApplication,
  type EventStore,
  type TrialSetting,
} from '@satu-atap/event-store';

/** Which applications to try. */
export type TrialChoice = {
  /** Only those that run, or only those that have ended; both when left out. */
  only?: 'running' | 'finished';
  /** Only so many, those that were submitted last; all when left out. */
  limit?: number;
};

/**
 * Tries a draft on the applications of its service, one after the other: what is held in memory grows
 * with the definitions, and with `limit`, not with the applications.
 *
 * @param seen is called now and then with how many have been tried
 */
export async function tryApplications(
  setting: TrialSetting & { store: Pick<EventStore, 'read' | 'readAll'> },
  { only, limit }: TrialChoice = {},
  seen: (tried: number) => void = () => undefined,
): Promise<TrialReport> {
  const report = new TrialReport();
  for await (const application of chosen(setting, limit)) {
    const trial = await tryApplication(application, setting);
    if (!trial) continue;
    if ('unknownOffice' in trial) report.leaveOut(trial.unknownOffice);
    else if ('erased' in trial) report.leaveOutErased();
    else if (only === undefined || (only === 'finished') === trial.ended) {
      report.add(application, trial);
    }
    seen(report.tried);
  }
  return report;
}

async function* chosen(
  { store, draft }: { store: Pick<EventStore, 'readAll'>; draft: { id: string } },
  limit: number | undefined,
): AsyncIterable<string> {
  const newest: string[] = [];
  for await (const batch of applicationsOf(store, draft.id)) {
    const found = batch.map(({ application }) => application);
    if (limit === undefined) yield* found;
    else newest.push(...found);
    if (limit !== undefined && newest.length > limit) newest.splice(0, newest.length - limit);
  }
  yield* newest;
}

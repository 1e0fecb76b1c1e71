import type { Offices } from '@satu-atap/domain';
import { applications } from './applications/applications.ts';
import { calendars } from './calendars/calendars.ts';
import { clocks } from './clocks/clocks.ts';
import { counts } from './counts/counts.ts';
import { finished } from './figures/finished.ts';
import { figureMarks } from './figures/figure-marks.ts';
import { openFiles } from './figures/open-files.ts';
import { visits } from './figures/visits.ts';
import { history } from './history/history.ts';
import { issued } from './issued/issued.ts';
import type { Projection } from './projector/projection.ts';
import { services } from './services/services.ts';
import { suspensions } from './suspensions/suspensions.ts';
import { worklist } from './worklist/worklist.ts';

/** Every read model, listed. They share a database and a checkpoint, so they always agree. */
export const projections: readonly Projection[] = [
  calendars,
  services,
  applications,
  worklist,
  history,
  issued,
  clocks,
  suspensions,
  counts,
  openFiles,
  visits,
  finished,
  figureMarks,
];

/** The versions of all projections: which tables there are, and what their rows mean. */
const shape = projections.map(({ name, version }) => `${name}@${version}`).join(' ');

/**
 * What rows depend on beside the events: the projections' versions, and the offices. A database that
 * was made by others is rebuilt.
 */
export function fingerprintOf(offices: Offices): string {
  const digests = [...offices.values()].map(({ id, digest }) => `${id}:${digest.slice(0, 16)}`);
  return [shape, ...digests.toSorted()].join(' ');
}

/** Whether today's queries fit read models that have this fingerprint. */
export function isReadable(fingerprint: string): boolean {
  return fingerprint === shape || fingerprint.startsWith(`${shape} `);
}

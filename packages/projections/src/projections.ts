import { applications } from './applications/applications.ts';
import { clocks } from './clocks/clocks.ts';
import { counts } from './counts/counts.ts';
import { history } from './history/history.ts';
import type { Projection } from './projector/projection.ts';
import { services } from './services/services.ts';
import { worklist } from './worklist/worklist.ts';

/** Every read model, listed. They share a database and a checkpoint, so they always agree. */
export const projections: readonly Projection[] = [
  services,
  applications,
  worklist,
  history,
  clocks,
  counts,
];

/** Names and versions of all: a database made by others is rebuilt. */
export const projectionVersions = projections
  .map(({ name, version }) => `${name}@${version}`)
  .join(' ');

import { hasRetired, type Office, type Offices, type ServiceStatus } from '@satu-atap/domain';
import type { ServiceRow } from '@satu-atap/projections';
import type { ServiceRowView } from './service-schemas.ts';

/**
 * A service as lists show it. A retirement has begun when its date has, at the office asked for; or
 * else at every one, however far west it lies.
 */
export function serviceView(
  row: ServiceRow,
  offices: Offices,
  office: Office | undefined,
  now: Temporal.Instant,
): ServiceRowView {
  const { id, version, digest, kind, unit, title, publishedAt, retirement } = row;
  const places = office ? [office] : [...offices.values()];
  const hasEnded = places.every(({ definition }) => hasRetired(row, definition.timeZone, now));
  const status: ServiceStatus = hasEnded ? 'retired' : row.withdrawn ? 'withdrawn' : 'open';
  return {
    id,
    version,
    digest,
    kind,
    unit,
    title,
    publishedAt,
    status,
    ...(retirement ? { retirement } : {}),
  };
}

import type { EventMetadata } from '../application/events.ts';
import { isRefused } from '../application/refusal.ts';
import { intake } from '../service/intake.ts';
import { evolveService, type Service, type ServiceEvent } from '../service/service.ts';
import { clockAllowance } from './clock-allowance.ts';
import type { FindingReason } from './finding.ts';

/** What was recorded of a service, in order. */
type ServiceHistory = readonly {
  event: ServiceEvent;
  metadata: Pick<EventMetadata, 'occurredAt'>;
}[];

/** A use of a version: by a submission, or a migration. */
type VersionUse = { service: string; version: number; at: string; timeZone: string };

/**
 * Whether an application could begin under a version: whether it was published, in force, and the
 * service open.
 *
 * @param stored what was stored of the service before the submission was. Whoever submitted may not have
 *   seen what was recorded in the last minute; demonstrations tell of times before anything was stored.
 */
export function checkVersionBegun(
  stored: ServiceHistory,
  { service, version, at, timeZone }: VersionUse,
): FindingReason | undefined {
  if (!isPublished(stored, version)) return { finding: 'unknown-version', service, version };
  const now = Temporal.Instant.from(at);
  const answers = standings(stored, at).map((standing) => intake(standing, timeZone, now));
  if (answers.some((answer) => !isRefused(answer) && answer.version === version)) return undefined;
  const answer = answers.at(-1);
  if (!answer) return undefined;
  return isRefused(answer)
    ? { finding: 'refused', refusal: answer.refusal }
    : { finding: 'not-in-force', version, inForce: answer.version };
}

/** Whether files could move to a version: whether it was published, and not withdrawn. */
export function checkVersionMovedTo(
  stored: ServiceHistory,
  { service, version, at }: Omit<VersionUse, 'timeZone'>,
): FindingReason | undefined {
  if (!isPublished(stored, version)) return { finding: 'unknown-version', service, version };
  const withdrawals = standings(stored, at).map(
    ({ versions }) => versions.find((one) => one.version === version)?.withdrawn,
  );
  const withdrawn = withdrawals.at(-1);
  if (!withdrawn || withdrawals.includes(undefined)) return undefined;
  const { reason } = withdrawn;
  return { finding: 'refused', refusal: { type: 'version-withdrawn', service, version, reason } };
}

function isPublished(stored: ServiceHistory, version: number): boolean {
  return stored.some(
    ({ event }) => event.type === 'ServicePublished' && event.data.version === version,
  );
}

/** The service as it may have been seen then: surely with what is older than the allowance. */
function standings(stored: ServiceHistory, at: string): Service[] {
  const surely = Date.parse(at) - clockAllowance;
  const found: Service[] = [];
  let service: Service | undefined;
  for (const [index, { event, metadata }] of stored.entries()) {
    service = evolveService(service, event, metadata);
    const next = stored[index + 1];
    if (!next || Date.parse(next.metadata.occurredAt) > surely) found.push(service);
  }
  return found;
}

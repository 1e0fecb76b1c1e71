import { refused, type Refused } from '../application/refusal.ts';
import { newestInForce, type Service } from './service.ts';

/** Whether the service takes new applications at a place, and why not. */
export type ServiceStatus = 'open' | 'retired' | 'withdrawn';

/**
 * Whether a retirement has begun where this zone's time holds: on its date, at midnight. Nothing
 * happens at that moment; it is asked whenever it matters.
 */
export function hasRetired(
  { retirement }: Pick<Service, 'retirement'>,
  timeZone: string,
  now: Temporal.Instant,
): boolean {
  if (!retirement) return false;
  const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
  return Temporal.PlainDate.compare(today, retirement.from) >= 0;
}

/** The version that an application begins under in this zone now, or why none can. */
export function intake(
  service: Service,
  timeZone: string,
  now: Temporal.Instant,
): { version: number } | Refused {
  const { id, retirement } = service;
  if (retirement && hasRetired(service, timeZone, now)) {
    const { from: since, reason, legalBasis } = retirement;
    return refused({ type: 'service-retired', service: id, since, reason, legalBasis });
  }
  const newest = newestInForce(service);
  if (newest) return { version: newest.version };
  const reason = service.versions.at(-1)?.withdrawn?.reason;
  return refused({ type: 'service-withdrawn', service: id, ...(reason && { reason }) });
}

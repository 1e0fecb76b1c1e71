import type { z } from 'zod';
import { evidenceEvents, type EvidenceEvent } from '../audit/evidence-access.ts';
import { importedLogEvents, type ImportedLogEvent } from '../audit/imported-log.ts';
import { integrityEvents, type IntegrityEvent } from '../audit/integrity-events.ts';
import { notificationEvents, type NotificationEvent } from '../notification/notification-events.ts';
import { erasureEvents, type ErasureEvent } from '../personal-data/erasure.ts';
import { numberEvents, type NumberEvent } from '../service/number-series.ts';
import { serviceEvents, type ServiceEvent } from '../service/service.ts';
import { calendarEvents, type CalendarEvent } from '../sla/calendar-versions.ts';
import { applicationEvents, type ApplicationEvent, type EventMetadata } from './events.ts';
import { readMetadata } from './read-metadata.ts';

/** An event that the store holds but today's schemas do not accept: altered, or from a newer version. */
export class UnreadableEventError extends Error {
  override readonly name = 'UnreadableEventError';
}

type StoredEvent = {
  stream: string;
  revision: number;
  type: string;
  data: unknown;
  metadata: unknown;
};

/** An event and what was recorded beside it. */
type Read<Event> = { event: Event; metadata: EventMetadata };

/**
 * Reads an application's event back from the store: here stored data becomes a domain event.
 *
 * @throws UnreadableEventError with the stream, revision and first fault, never with the data itself
 */
export const readApplicationEvent = reader<ApplicationEvent>(applicationEvents);
/** The same for a service's event. @throws UnreadableEventError */
export const readServiceEvent = reader<ServiceEvent>(serviceEvents);
/** The same for an event of a number series. @throws UnreadableEventError */
export const readNumberEvent = reader<NumberEvent>(numberEvents);
/** The same for an event of a notification. @throws UnreadableEventError */
export const readNotificationEvent = reader<NotificationEvent>(notificationEvents);
/** The same for a calendar's event. @throws UnreadableEventError */
export const readCalendarEvent = reader<CalendarEvent>(calendarEvents);
/** The same for a record of who took evidence. @throws UnreadableEventError */
export const readEvidenceEvent = reader<EvidenceEvent>(evidenceEvents);
/** The same for an event of the import of a foreign log. @throws UnreadableEventError */
export const readImportedLogEvent = reader<ImportedLogEvent>(importedLogEvents);
/** The same for an event of an erasure of personal data. @throws UnreadableEventError */
export const readErasureEvent = reader<ErasureEvent>(erasureEvents);
/** The same for a checkpoint or a signing key. @throws UnreadableEventError */
export const readIntegrityEvent = reader<IntegrityEvent>(integrityEvents);

/** Of a stream's kind: its events' schemas by their names. */
function reader<Event>(
  schemas: Readonly<Record<string, z.ZodType>>,
): (stored: StoredEvent) => Read<Event> {
  const byType = new Map(Object.entries(schemas));
  return (stored) => {
    const at = `${stored.stream}@${stored.revision}`;
    const schema = byType.get(stored.type);
    if (!schema) throw new UnreadableEventError(`${at}: unknown event type "${stored.type}"`);
    const data = schema.safeParse(stored.data);
    if (!data.success) throw unreadable(`${at} ${stored.type}`, data.error);
    const metadata = readMetadata(stored.metadata);
    if (!metadata.success) throw unreadable(`${at} metadata`, metadata.error);
    return { event: { type: stored.type, data: data.data } as Event, metadata: metadata.data };
  };
}

function unreadable(where: string, error: z.ZodError): UnreadableEventError {
  const issue = error.issues[0];
  return new UnreadableEventError(`${where}: ${issue?.path.join('.') ?? ''} ${issue?.code ?? ''}`);
}

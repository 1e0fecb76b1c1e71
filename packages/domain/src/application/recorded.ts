import type { z } from 'zod';
import { notificationEvents, type NotificationEvent } from '../notification/notification-events.ts';
import { numberEvents, type NumberEvent } from '../service/number-series.ts';
import { serviceEvents, type ServiceEvent } from '../service/service.ts';
import { calendarEvents, type CalendarEvent } from '../sla/calendar-versions.ts';
import {
  applicationEvents,
  eventMetadata,
  type ApplicationEvent,
  type EventMetadata,
} from './events.ts';

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

/**
 * Reads an application's event back from the store: here stored data becomes a domain event.
 *
 * @throws UnreadableEventError with the stream, revision and first fault, never with the data itself
 */
export function readApplicationEvent(stored: StoredEvent): {
  event: ApplicationEvent;
  metadata: EventMetadata;
} {
  return read(stored, applicationSchemas) as { event: ApplicationEvent; metadata: EventMetadata };
}

/** The same for a service's event. @throws UnreadableEventError */
export function readServiceEvent(stored: StoredEvent): {
  event: ServiceEvent;
  metadata: EventMetadata;
} {
  return read(stored, serviceSchemas) as { event: ServiceEvent; metadata: EventMetadata };
}

/** The same for an event of a number series. @throws UnreadableEventError */
export function readNumberEvent(stored: StoredEvent): {
  event: NumberEvent;
  metadata: EventMetadata;
} {
  return read(stored, numberSchemas) as { event: NumberEvent; metadata: EventMetadata };
}

/** The same for an event of a notification. @throws UnreadableEventError */
export function readNotificationEvent(stored: StoredEvent): {
  event: NotificationEvent;
  metadata: EventMetadata;
} {
  return read(stored, notificationSchemas) as { event: NotificationEvent; metadata: EventMetadata };
}

/** The same for a calendar's event. @throws UnreadableEventError */
export function readCalendarEvent(stored: StoredEvent): {
  event: CalendarEvent;
  metadata: EventMetadata;
} {
  return read(stored, calendarSchemas) as { event: CalendarEvent; metadata: EventMetadata };
}

const applicationSchemas: ReadonlyMap<string, z.ZodType> = new Map(
  Object.entries(applicationEvents),
);
const serviceSchemas: ReadonlyMap<string, z.ZodType> = new Map(Object.entries(serviceEvents));
const numberSchemas: ReadonlyMap<string, z.ZodType> = new Map(Object.entries(numberEvents));
const notificationSchemas: ReadonlyMap<string, z.ZodType> = new Map(
  Object.entries(notificationEvents),
);
const calendarSchemas: ReadonlyMap<string, z.ZodType> = new Map(Object.entries(calendarEvents));

function read(stored: StoredEvent, schemas: ReadonlyMap<string, z.ZodType>) {
  const at = `${stored.stream}@${stored.revision}`;
  const schema = schemas.get(stored.type);
  if (!schema) throw new UnreadableEventError(`${at}: unknown event type "${stored.type}"`);
  const data = schema.safeParse(stored.data);
  if (!data.success) throw unreadable(`${at} ${stored.type}`, data.error);
  const metadata = eventMetadata.safeParse(stored.metadata);
  if (!metadata.success) throw unreadable(`${at} metadata`, metadata.error);
  return { event: { type: stored.type, data: data.data }, metadata: metadata.data };
}

function unreadable(where: string, error: z.ZodError): UnreadableEventError {
  const issue = error.issues[0];
  return new UnreadableEventError(`${where}: ${issue?.path.join('.') ?? ''} ${issue?.code ?? ''}`);
}

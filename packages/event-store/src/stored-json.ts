import { UnreadableRecordError, type EventData, type RecordedEvent } from './event-store.ts';

/**
 * An event's data or metadata from the text that a store keeps.
 *
 * @param asWritten whether other text that says the same will not do
 * @returns what is the matter with the text, where it is none of an append's
 */
export function eventDataOf(text: string, asWritten: boolean): EventData | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'is not JSON';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return 'is no JSON object';
  }
  if (asWritten && JSON.stringify(value) !== text) return 'is not written as an append writes it';
  return value as EventData;
}

/** What can be read up to the first fault, and that fault. */
export function upToFault(
  read: readonly (RecordedEvent | UnreadableRecordError)[],
  onUnreadable?: (error: UnreadableRecordError) => void,
): {
  events: RecordedEvent[];
  fault?: UnreadableRecordError;
} {
  const events: RecordedEvent[] = [];
  for (const one of read) {
    if (!(one instanceof UnreadableRecordError)) events.push(one);
    else if (onUnreadable) onUnreadable(one);
    else return { events, fault: one };
  }
  return { events };
}

/** Text of an instant in ISO 8601, or undefined for a number that is none. */
export function isoInstant(milliseconds: number): string | undefined {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

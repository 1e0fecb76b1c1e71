import type { ApplicationEvent, EventMetadata } from '../application/events.ts';

/** An event as it stands in the stream, or why it cannot be read. */
export type StoredStep = { revision: number; type: string } & (
  | { event: ApplicationEvent; metadata: EventMetadata }
  | { unreadable: string }
);
/** One that can be read. */
export type ReadableStep = Extract<StoredStep, { event: ApplicationEvent }>;

/** Events that stand together and say that one command recorded them. */
export function* byCommand(history: readonly StoredStep[]): Generator<StoredStep[]> {
  let together: StoredStep[] = [];
  for (const one of history) {
    const last = together.at(-1);
    const isSame =
      last !== undefined &&
      'metadata' in last &&
      'metadata' in one &&
      last.metadata.command === one.metadata.command;
    if (!isSame && together.length > 0) {
      yield together;
      together = [];
    }
    together.push(one);
  }
  if (together.length > 0) yield together;
}

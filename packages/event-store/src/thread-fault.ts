import { EventStoreUnavailableError } from './event-store.ts';
import { KeyRingUnavailableError } from './personal-data/key-ring.ts';

/** A fault on its way out of a thread, where an error loses its class. */
export type ThreadFault = {
  error: Error;
  /** A store cannot be reached, which somebody can set right. */
  isAway: boolean;
};

/** What a thread tells of its fault. */
export function threadFault(reason: unknown): ThreadFault {
  const isAway =
    reason instanceof EventStoreUnavailableError || reason instanceof KeyRingUnavailableError;
  return { error: reason instanceof Error ? reason : new Error(String(reason)), isAway };
}

/** The fault that a thread told of, of its kind again. */
export function faultOf({ error, isAway }: ThreadFault): Error {
  return isAway ? new EventStoreUnavailableError(error.message, { cause: error.cause }) : error;
}

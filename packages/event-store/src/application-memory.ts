import { evolve, readApplicationEvent, type Application } from '@satu-atap/domain';
import { validate } from 'uuid';
import { readStream, start, type EventStore, type Position } from './event-store.ts';

/** An application as its events tell it, up to a revision. */
export type Remembered = {
  application: Application | undefined;
  /** -1 when there is no application yet. */
  revision: number;
  /** When its newest event happened; empty when there is none. */
  updatedAt: string;
  position: Position;
  /**
   * The commands that made it what it is, by id. Grows in place: copied for every command, a file
   * with thousands of events would cost more with each.
   */
  commands: Map<string, { position: Position; fingerprint: string | undefined }>;
};

const nothing = (): Remembered => ({
  application: undefined,
  revision: -1,
  updatedAt: '',
  position: start,
  commands: new Map(),
});

/**
 * Applications that were used last, folded. What is remembered may lag behind the store when another
 * process writes; the expected revision of an append, and reading on before a refusal, make up for
 * it. Only reading is saved: nothing here is a source of truth.
 */
export class ApplicationMemory {
  readonly #store: EventStore;
  readonly #size: number;
  readonly #known = new Map<string, Remembered>();

  constructor(store: EventStore, size: number) {
    this.#store = store;
    this.#size = size;
  }

  get(id: string): Remembered | undefined {
    return this.#known.get(id);
  }

  /** Reads what the store has beyond what is remembered. */
  async refresh(id: string): Promise<Remembered> {
    const known = this.#known.get(id) ?? nothing();
    const events = await readStream(this.#store, applicationStream(id), {
      from: known.revision + 1,
    });
    if (events.length === 0) return known;
    const { commands } = known;
    let { application, revision, updatedAt, position } = known;
    for (const stored of events) {
      const { event, metadata } = readApplicationEvent(stored);
      application = evolve(application, event, metadata);
      ({ position, revision } = stored);
      updatedAt = metadata.occurredAt;
      commands.set(metadata.command, { position, fingerprint: metadata.fingerprint });
    }
    const refreshed = { application, revision, updatedAt, position, commands };
    this.remember(id, refreshed);
    return refreshed;
  }

  /** What is remembered of an application is dropped: the next command reads it anew. */
  forget(id: string): void {
    this.#known.delete(id);
  }

  remember(id: string, application: Remembered): void {
    // A map keeps the order of insertion: the first is the one that was used longest ago.
    this.#known.delete(id);
    this.#known.set(id, application);
    const oldest = this.#known.keys().next();
    if (this.#known.size > this.#size && !oldest.done) this.#known.delete(oldest.value);
  }
}

/** How the names of applications' streams begin. */
export const applicationPrefix = 'application-';

/**
 * The stream of one application, and of no other.
 *
 * @param id its UUID, in lower case
 * @throws TypeError for any other id: it could name another application's stream, or a service's
 */
export function applicationStream(id: string): string {
  if (!validate(id) || id !== id.toLowerCase()) {
    throw new TypeError('an application id is a UUID in lower case');
  }
  return `${applicationPrefix}${id}`;
}

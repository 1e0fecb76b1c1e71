import {
  compileService,
  readServiceEvent,
  type CompiledService,
  type EventMetadata,
  type ServiceEvent,
} from '@satu-atap/domain';
import type { Position } from '../event-store.ts';
import { readByStream, type StreamReader } from '../read-by-stream.ts';
import { servicePrefix } from '../service-catalogue.ts';

/** An event of a service, and where it lies among all events. */
type ServiceEntry = { event: ServiceEvent; metadata: EventMetadata; position: Position };

/** Everything that was recorded of services, to hold applications against. */
export class PublishedServices {
  readonly #entries: ReadonlyMap<string, readonly ServiceEntry[]>;
  readonly #compiled = new Map<string, CompiledService | undefined>();

  private constructor(entries: ReadonlyMap<string, readonly ServiceEntry[]>) {
    this.#entries = entries;
  }

  /** Reads the streams of services up to a position; what cannot be read is left out. */
  static async read(store: StreamReader, until: Position): Promise<PublishedServices> {
    const entries = new Map<string, ServiceEntry[]>();
    for await (const batch of readByStream(store, {
      prefix: servicePrefix,
      until,
      // The check of the stream itself names it.
      onUnreadable: () => undefined,
    })) {
      for (const stored of batch) {
        const id = stored.stream.slice(servicePrefix.length);
        try {
          const entry = { ...readServiceEvent(stored), position: stored.position };
          entries.set(id, [...(entries.get(id) ?? []), entry]);
        } catch {
          // The check of the stream itself names it.
        }
      }
    }
    return new PublishedServices(entries);
  }

  /** A version as it was published; undefined when it never was, or does not compile. */
  version(id: string, version: number): CompiledService | undefined {
    const key = `${id}@${version}`;
    if (!this.#compiled.has(key)) this.#compiled.set(key, this.#compile(id, version));
    return this.#compiled.get(key);
  }

  /** What was stored of a service before a position. */
  before(id: string, position: Position): readonly ServiceEntry[] {
    return (this.#entries.get(id) ?? []).filter((entry) => entry.position < position);
  }

  #compile(id: string, version: number): CompiledService | undefined {
    for (const { event } of this.#entries.get(id) ?? []) {
      if (event.type !== 'ServicePublished' || event.data.version !== version) continue;
      try {
        return compileService(event.data.definition, event.data);
      } catch {
        return undefined;
      }
    }
    return undefined;
  }
}

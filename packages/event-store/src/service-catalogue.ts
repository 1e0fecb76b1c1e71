import {
  compileService,
  decidePublish,
  evolveService,
  isRefused,
  serviceId,
  readServiceEvent,
  type Actor,
  type CompiledService,
  type PublishedService,
  type Refused,
  type ServiceDefinition,
  type ServiceEvent,
} from '@satu-atap/domain';
import { derivedId } from './event-ids.ts';
import { readStream, WrongExpectedRevisionError, type EventStore } from './event-store.ts';

/** The service definitions that were published, compiled. Versions never change, so they are kept. */
export class ServiceCatalogue {
  readonly #store: EventStore;
  readonly #versions = new Map<string, CompiledService[]>();

  constructor(store: EventStore) {
    this.#store = store;
  }

  /** The newest version of a service, or undefined when it was never published. */
  async newest(id: string): Promise<CompiledService | undefined> {
    return (await this.#upToDate(id)).at(-1);
  }

  /** A version that an application is pinned to. @throws Error when the store does not hold it */
  async version(id: string, version: number): Promise<CompiledService> {
    const known = this.#versions.get(id)?.[version - 1];
    const service = known ?? (await this.#upToDate(id))[version - 1];
    if (!service) throw new Error(`service ${id} has no version ${version}`);
    return service;
  }

  /**
   * Publishes a checked definition; the same content again is the same version.
   *
   * @returns the version that now holds this content, and whether it is new
   */
  async publish(
    definition: ServiceDefinition,
    actor: Actor,
    now: Temporal.Instant,
  ): Promise<{ service: CompiledService; isNew: boolean } | Refused> {
    for (;;) {
      const versions = await this.#upToDate(definition.id);
      const newest = versions.at(-1);
      const decision = decidePublish(newest, definition, actor);
      if (isRefused(decision)) return decision;
      const [event] = decision.events;
      if (!event) {
        if (!newest) throw new Error(`publishing ${definition.id} gave no version`);
        return { service: newest, isNew: false };
      }
      const command = derivedId('publish', definition.id, event.data.version, event.data.digest);
      try {
        await this.#store.append(
          streamOf(definition.id),
          [
            {
              id: derivedId(command, 0),
              type: event.type,
              data: event.data,
              metadata: { actor, occurredAt: now.toString(), command },
            },
          ],
          newest ? newest.version - 1 : 'no-stream',
        );
      } catch (error) {
        // Somebody else published meanwhile: look again.
        if (error instanceof WrongExpectedRevisionError) continue;
        throw error;
      }
      return { service: await this.version(definition.id, event.data.version), isNew: true };
    }
  }

  /** Version n of a service is revision n - 1 of its stream. */
  async #upToDate(id: string): Promise<CompiledService[]> {
    const versions = this.#versions.get(id) ?? [];
    let published: PublishedService | undefined = versions.at(-1);
    for (const stored of await readStream(this.#store, streamOf(id), { from: versions.length })) {
      const { event }: { event: ServiceEvent } = readServiceEvent(stored);
      published = evolveService(published, event);
      // A read that ran beside this one may have added it already.
      if (versions.length <= stored.revision) {
        versions.push(compileService(event.data.definition, published));
      }
    }
    if (versions.length > 0) this.#versions.set(id, versions);
    return versions;
  }
}

/** How the names of services' streams begin. */
export const servicePrefix = 'service-';

/** @throws ZodError for what is no service's name: it could name another stream */
function streamOf(id: string): string {
  serviceId.parse(id);
  return `${servicePrefix}${id}`;
}

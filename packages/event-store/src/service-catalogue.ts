import {
  canonicalJson,
  compileService,
  decideService,
  definitionDigest,
  evolveService,
  intake,
  isRefused,
  newestInForce,
  readServiceEvent,
  refused,
  serviceId,
  type Actor,
  type CompiledService,
  type Refused,
  type Service,
  type ServiceCommand,
  type ServiceDefinition,
} from '@satu-atap/domain';
import { derivedId } from './event-ids.ts';
import {
  readStream,
  WrongExpectedRevisionError,
  type EventStore,
  type NewEvent,
  type Position,
  type RecordedEvent,
} from './event-store.ts';

/** A service as it stands, and where its newest event lies. */
export type StandingService = { service: Service; revision: number; position: Position };

/** What became of a command on a service. */
export type ServiceResult = StandingService & {
  /** How many events it recorded: 0 when it was so already. */
  recorded: number;
};

export type ServiceRequest = {
  command: ServiceCommand;
  actor: Actor;
  now: Temporal.Instant;
  /** Refuse unless the service stands at this revision (HTTP: If-Match). */
  expectedRevision?: number | undefined;
};

/** The version that now holds the published content, whether it is new, and its service. */
export type Published = { service: CompiledService; isNew: boolean; standing: StandingService };

/** What the catalogue has read of a service. */
type Known = StandingService & { versions: Map<number, CompiledService> };

/**
 * The services that were published, each a stream of events, and their versions compiled. Versions
 * never change, so they are kept; what may change is looked up in the store each time it is asked.
 */
export class ServiceCatalogue {
  readonly #store: Pick<EventStore, 'append' | 'read'>;
  readonly #known = new Map<string, Known>();

  constructor(store: Pick<EventStore, 'append' | 'read'>) {
    this.#store = store;
  }

  /** The newest version in force, or undefined when there is none. */
  async newest(id: string): Promise<CompiledService | undefined> {
    const known = await this.#upToDate(id);
    const newest = known && newestInForce(known.service);
    return newest && known.versions.get(newest.version);
  }

  /** The version that an application begins under in this time zone now, or why none can. */
  async forSubmission(
    id: string,
    timeZone: string,
    now: Temporal.Instant,
  ): Promise<CompiledService | Refused> {
    const known = await this.#upToDate(id);
    if (!known) return refused({ type: 'unknown-service', service: id });
    const begins = intake(known.service, timeZone, now);
    return isRefused(begins) ? begins : versionOf(known, begins.version);
  }

  /** The version that applications are to move to, or why they cannot. @throws as `version` does */
  async forMigration(id: string, version: number): Promise<CompiledService | Refused> {
    const known = await this.#upToDate(id);
    const withdrawn = known?.service.versions.find((one) => one.version === version)?.withdrawn;
    if (!withdrawn) return this.version(id, version);
    const { reason } = withdrawn;
    return refused({ type: 'version-withdrawn', service: id, version, reason });
  }

  /** A version that an application is pinned to. @throws Error when the store does not hold it */
  async version(id: string, version: number): Promise<CompiledService> {
    const compiled = this.#known.get(id)?.versions.get(version);
    if (compiled) return compiled;
    const known = await this.#upToDate(id);
    if (!known) throw new Error(`service ${id} was never published`);
    return versionOf(known, version);
  }

  /** A service as it stands, or undefined when it was never published. */
  async standing(id: string): Promise<StandingService | undefined> {
    return this.#upToDate(id);
  }

  /**
   * Publishes a checked definition; the content of the newest version in force again is that version.
   *
   * @param options.again publishes content although it was withdrawn
   */
  async publish(
    definition: ServiceDefinition,
    actor: Actor,
    now: Temporal.Instant,
    {
      again = false,
      expectedRevision,
    }: { again?: boolean; expectedRevision?: number | undefined } = {},
  ): Promise<Published | Refused> {
    const { id } = definition;
    const command = { type: 'publish', data: { definition, again } } as const;
    const result = await this.handle(id, { command, actor, now, expectedRevision });
    if (isRefused(result)) return result;
    const { recorded, ...standing } = result;
    const digest = definitionDigest(definition);
    const held = standing.service.versions.findLast((one) => one.digest === digest);
    if (!held) throw new Error(`publishing ${id} gave no version`);
    return { service: await this.version(id, held.version), isNew: recorded > 0, standing };
  }

  /**
   * The one way in which anything is written to a service: load, decide, append with the expected
   * revision; decide again when somebody else was faster. What is so already succeeds, whatever
   * revision is expected: the request was carried out before (RFC 9110, 13.1.1).
   */
  async handle(id: string, request: ServiceRequest): Promise<ServiceResult | Refused> {
    const { command, actor, now, expectedRevision } = request;
    for (;;) {
      const known = await this.#upToDate(id);
      const decision = decideService(id, known?.service, command, actor);
      if (isRefused(decision)) return decision;
      if (decision.events.length === 0 && known) return { ...standingOf(known), recorded: 0 };
      const revision = known?.revision ?? -1;
      if (expectedRevision !== undefined && expectedRevision !== revision) {
        return refused({ type: 'stale-revision', expected: expectedRevision, actual: revision });
      }
      const commandId = derivedId(command.type, id, revision + 1, canonicalJson(decision.events));
      const events = decision.events.map(({ type, data }, index): NewEvent => ({
        id: derivedId(commandId, index),
        type,
        data,
        metadata: { actor, occurredAt: now.toString(), command: commandId },
      }));
      try {
        await this.#store.append(streamOf(id), events, known ? revision : 'no-stream');
      } catch (error) {
        // Somebody else wrote meanwhile: look again.
        if (error instanceof WrongExpectedRevisionError) continue;
        throw error;
      }
      const after = await this.#upToDate(id);
      if (!after) throw new Error(`what was written to service ${id} is not there`);
      return { ...standingOf(after), recorded: events.length };
    }
  }

  async #upToDate(id: string): Promise<Known | undefined> {
    const stream = streamOf(id);
    const from = (this.#known.get(id)?.revision ?? -1) + 1;
    for (const stored of await readStream(this.#store, stream, { from })) {
      const known = this.#known.get(id);
      // A read that ran beside this one may have added it already.
      if (known && stored.revision <= known.revision) continue;
      this.#known.set(id, withEvent(known, stored));
    }
    return this.#known.get(id);
  }
}

function withEvent(known: Known | undefined, stored: RecordedEvent): Known {
  const { event, metadata } = readServiceEvent(stored);
  const versions = known?.versions ?? new Map<number, CompiledService>();
  if (event.type === 'ServicePublished') {
    const { definition, version, digest } = event.data;
    versions.set(version, compileService(definition, { version, digest }));
  }
  const { revision, position } = stored;
  const service = evolveService(known?.service, event, metadata);
  return { service, versions, revision, position };
}

function versionOf({ service, versions }: Known, version: number): CompiledService {
  const compiled = versions.get(version);
  if (!compiled) throw new Error(`service ${service.id} has no version ${version}`);
  return compiled;
}

function standingOf({ service, revision, position }: Known): StandingService {
  return { service, revision, position };
}

/** How the names of services' streams begin. */
export const servicePrefix = 'service-';

/** @throws ZodError for what is no service's name: it could name another stream */
function streamOf(id: string): string {
  serviceId.parse(id);
  return `${servicePrefix}${id}`;
}

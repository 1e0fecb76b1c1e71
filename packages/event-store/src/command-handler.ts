import {
  decide,
  evolve,
  isRefused,
  readApplicationEvent,
  refused,
  type Actor,
  type Application,
  type ApplicationCommand,
  type ApplicationEvent,
  type CompiledService,
  type EventMetadata,
  type Offices,
  type Refused,
} from '@satu-atap/domain';
import { derivedId } from './event-ids.ts';
import {
  readStream,
  start,
  WrongExpectedRevisionError,
  type Appended,
  type EventStore,
  type NewEvent,
  type Position,
} from './event-store.ts';
import type { ServiceCatalogue } from './service-catalogue.ts';

/** A command as somebody gives it. */
export type CommandRequest = {
  /** The application's UUID. */
  application: string;
  command: ApplicationCommand;
  actor: Actor;
  /** UUID of the command: the same id again is the same command, and records nothing twice. */
  id: string;
  /** Refuse unless the application stands at this revision (HTTP: If-Match). */
  expectedRevision?: number | undefined;
  /** Digest of the request, where the client chose the id: tells a retry from another request. */
  fingerprint?: string | undefined;
};

/** What became of it: the application as it stands after the command. */
export type CommandResult = {
  application: Application;
  service: CompiledService;
  revision: number;
  /** When its newest event happened: ISO 8601. */
  updatedAt: string;
  /** Where the command's last event lies in the order of all events. */
  position: Position;
  /** How many events it recorded: 0 when there was nothing left to record. */
  recorded: number;
};

export type CommandHandler = (request: CommandRequest) => Promise<CommandResult | Refused>;

export type CommandHandlerOptions = {
  store: EventStore;
  services: ServiceCatalogue;
  offices: Offices;
  /** Reads the time; called once for each command. */
  now?: () => Temporal.Instant;
  /** How often to decide again after somebody else was faster. */
  maxAttempts?: number;
};

/**
 * The one way in which anything is written to an application: load, fold, decide, append with the
 * expected revision; decide again when somebody else was faster.
 */
export function commandHandler({
  store,
  services,
  offices,
  now = () => Temporal.Now.instant(),
  maxAttempts = 8,
}: CommandHandlerOptions): CommandHandler {
  return async (request) => {
    const instant = now();
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      const loaded = await load(store, request);
      if (isRefused(loaded)) return loaded;
      const { application, revision, updatedAt } = loaded;
      const { expectedRevision } = request;

      const service = await serviceFor(services, application, request.command);
      if (isRefused(service)) return service;
      if (loaded.repeated !== undefined && application) {
        const position = loaded.repeated;
        return { application, service, revision, updatedAt, position, recorded: 0 };
      }
      if (expectedRevision !== undefined && expectedRevision !== revision) {
        return refused({ type: 'stale-revision', expected: expectedRevision, actual: revision });
      }
      const officeId = application?.office ?? officeOf(request.command);
      const office = offices.get(officeId ?? '');
      if (!office) return refused({ type: 'unknown-office', office: officeId ?? '' });

      const { actor } = request;
      const context = { service, calendar: office.calendar, actor, now: instant };
      const decision = decide(application, request.command, context);
      if (isRefused(decision)) return decision;
      const metadata: EventMetadata = {
        actor,
        occurredAt: instant.toString(),
        office: office.id,
        command: request.id,
        ...(request.fingerprint === undefined ? {} : { fingerprint: request.fingerprint }),
      };
      if (decision.events.length === 0 && application) {
        const { position } = loaded;
        return { application, service, revision, updatedAt, position, recorded: 0 };
      }
      const appended = await append(store, request, decision.events, metadata, revision);
      if (!appended) continue;
      return {
        application: fold(application, decision.events, metadata),
        service,
        ...appended,
        updatedAt: metadata.occurredAt,
        recorded: decision.events.length,
      };
    }
    return refused({ type: 'too-much-contention' });
  };
}

export function applicationStream(id: string): string {
  return `application-${id}`;
}

type Loaded = {
  application: Application | undefined;
  /** -1 when there is no application yet. */
  revision: number;
  /** Empty when there is no application yet. */
  updatedAt: string;
  position: Position;
  /** Where this very command was recorded before, if it was. */
  repeated: Position | undefined;
};

async function load(store: EventStore, request: CommandRequest): Promise<Loaded | Refused> {
  let application: Application | undefined;
  let position = start;
  let repeated: Position | undefined;
  let revision = -1;
  let updatedAt = '';
  for (const stored of await readStream(store, applicationStream(request.application))) {
    const { event, metadata } = readApplicationEvent(stored);
    application = evolve(application, event, metadata);
    ({ position, revision } = stored);
    updatedAt = metadata.occurredAt;
    if (metadata.command !== request.id) continue;
    if (metadata.fingerprint !== request.fingerprint) {
      return refused({ type: 'idempotency-key-reused' });
    }
    repeated = position;
  }
  return { application, revision, updatedAt, position, repeated };
}

async function serviceFor(
  services: ServiceCatalogue,
  application: Application | undefined,
  command: ApplicationCommand,
): Promise<CompiledService | Refused> {
  if (application) return services.version(application.service.id, application.service.version);
  if (command.type !== 'submit') return refused({ type: 'application-not-found' });
  const newest = await services.newest(command.data.service);
  return newest ?? refused({ type: 'unknown-service', service: command.data.service });
}

/** Undefined when somebody else was faster. */
async function append(
  store: EventStore,
  request: CommandRequest,
  events: readonly ApplicationEvent[],
  metadata: EventMetadata,
  revision: number,
): Promise<Appended | undefined> {
  const newEvents = events.map(({ type, data }, index): NewEvent => ({
    id: derivedId(request.id, index),
    type,
    data,
    metadata,
  }));
  const expected = revision < 0 ? 'no-stream' : revision;
  try {
    return await store.append(applicationStream(request.application), newEvents, expected);
  } catch (error) {
    if (error instanceof WrongExpectedRevisionError) return undefined;
    throw error;
  }
}

function fold(
  application: Application | undefined,
  events: readonly ApplicationEvent[],
  metadata: EventMetadata,
): Application {
  let folded = application;
  for (const event of events) folded = evolve(folded, event, metadata);
  if (!folded) throw new Error('a decision without events on no application');
  return folded;
}

function officeOf(command: ApplicationCommand): string | undefined {
  return command.type === 'submit' ? command.data.office : undefined;
}

import {
  decide,
  evolve,
  isRefused,
  offerUnmet,
  refused,
  seriesName,
  type Actor,
  type Application,
  type ApplicationCommand,
  type ApplicationEvent,
  type CompiledService,
  type EventMetadata,
  type NumberSeries,
  type Offices,
  type Refused,
} from '@satu-atap/domain';
import type { CalendarCatalogue } from './calendar-catalogue.ts';
import { derivedId } from './event-ids.ts';
import { applicationStream, ApplicationMemory, type Remembered } from './application-memory.ts';
import {
  WrongExpectedRevisionError,
  type Appended,
  type EventStore,
  type NewEvent,
  type Position,
} from './event-store.ts';
import { NumberRegister } from './number-register.ts';
import { isPlain, type PlainEventStore } from './personal-data/plain-event-store.ts';
import type { ServiceCatalogue } from './service-catalogue.ts';
import { turns } from './turns.ts';

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

/** A refusal, with the application as it stands, where there is one. */
export type CommandRefused = Refused & { application?: Application };

export type CommandHandler = (request: CommandRequest) => Promise<CommandResult | CommandRefused>;

export type CommandHandlerOptions = {
  /** What is personal is sealed where it is a store that can: see `unsealed`. */
  store: EventStore | PlainEventStore;
  services: ServiceCatalogue;
  offices: Offices;
  /** Where calendars are published: looked up before a clock is judged. */
  calendars?: Pick<CalendarCatalogue, 'refresh'>;
  /** Reads the time; called once for each command. */
  now?: () => Temporal.Instant;
  /** How often to decide again after somebody else was faster. */
  maxAttempts?: number;
  /** The applications that are remembered between commands: 10,000 of them by default. */
  memory?: ApplicationMemory;
};

/**
 * The one way in which anything is written to an application: load, fold, decide, append with the
 * expected revision; decide again when somebody else was faster. Commands on one application take
 * their turns; a no is given only after a look at what the store holds now, and so is a number.
 */
export function commandHandler({
  store,
  services,
  offices,
  calendars,
  now = () => Temporal.Now.instant(),
  maxAttempts = 8,
  memory = new ApplicationMemory(store, 10_000),
}: CommandHandlerOptions): CommandHandler {
  const register = new NumberRegister(store);
  const inTurn = turns();

  const handle: CommandHandler = async (request) => {
    const instant = now();
    const reserved = new Map<string, number>();
    const context: PlanContext = {
      services,
      offices,
      now: instant,
      sequenceIn: (series) => reserved.get(seriesName(series)),
    };
    let known = memory.get(request.application);
    if (judgesClocks(request.command)) {
      await calendars?.refresh();
    }
    let isFresh = known === undefined;
    known ??= await memory.refresh(request.application);
    for (let attempts = 0; attempts < maxAttempts;) {
      const plan = await planFor(request, known, context);
      if ('events' in plan && plan.numbers) {
        if (isFresh) {
          // Decided again with them, on the application as it was just read.
          await reserve(register, request.application, plan, plan.numbers, reserved);
          continue;
        }
      } else if ('events' in plan) {
        const result = await append(store, memory, request, known, plan);
        if (result) return result;
        attempts += 1;
      } else if (isFresh) {
        const { application } = known;
        return isRefused(plan) && application ? { ...plan, application } : plan;
      }
      known = await memory.refresh(request.application);
      isFresh = true;
    }
    return refused({ type: 'too-much-contention' });
  };
  return (request) => inTurn(request.application, () => handle(request));
}

/** What is to be recorded. */
type Plan = {
  events: ApplicationEvent[];
  /** Series of which numbers must be reserved before that. */
  numbers?: NumberSeries[];
  metadata: EventMetadata;
  service: CompiledService;
};

type PlanContext = {
  services: ServiceCatalogue;
  offices: Offices;
  now: Temporal.Instant;
  sequenceIn: (series: NumberSeries) => number | undefined;
};

/** Decides on the application as it is known: what to record, or the answer where there is nothing to. */
async function planFor(
  request: CommandRequest,
  known: Remembered,
  { services, offices, now, sequenceIn }: PlanContext,
): Promise<Plan | CommandResult | Refused> {
  const { command, actor, id, expectedRevision, fingerprint } = request;
  const { application, revision, updatedAt } = known;
  const service = await serviceFor(application, command, { services, offices, now });
  if (isRefused(service)) return service;

  const repeated = known.commands.get(id);
  if (repeated && application) {
    if (repeated.fingerprint !== fingerprint) return refused({ type: 'idempotency-key-reused' });
    return { application, service, revision, updatedAt, position: repeated.position, recorded: 0 };
  }
  if (expectedRevision !== undefined && expectedRevision !== revision) {
    return refused({ type: 'stale-revision', expected: expectedRevision, actual: revision });
  }
  const officeId = application?.office ?? officeOf(command) ?? '';
  const office = offices.get(officeId);
  if (!office) return refused({ type: 'unknown-office', office: officeId });

  const target = await targetOf(services, service, command);
  if (target && isRefused(target)) return target;
  const { calendars } = office;
  const context = { service, target, calendars, actor, now, sequenceIn };
  const decision = decide(application, command, context);
  if (isRefused(decision)) return decision;
  if (decision.events.length === 0 && application) {
    return { application, service, revision, updatedAt, position: known.position, recorded: 0 };
  }
  const metadata: EventMetadata = {
    actor,
    occurredAt: now.toString(),
    office: office.id,
    command: id,
    ...(fingerprint === undefined ? {} : { fingerprint }),
  };
  return { ...decision, metadata, service: target ?? service };
}

/** Reserves the application's numbers in these series, into `reserved`. */
async function reserve(
  register: NumberRegister,
  application: string,
  { metadata }: Plan,
  numbers: readonly NumberSeries[],
  reserved: Map<string, number>,
): Promise<void> {
  await Promise.all(
    numbers.map(async (series) => {
      const sequence = await register.reserve(series, { application, metadata });
      reserved.set(seriesName(series), sequence);
    }),
  );
}

/** The version that a migration leads to: the one that the application is pinned to afterwards. */
async function targetOf(
  services: ServiceCatalogue,
  { id, version }: CompiledService,
  command: ApplicationCommand,
): Promise<CompiledService | Refused | undefined> {
  if (command.type !== 'migrate' || version >= command.data.to) return undefined;
  return services.forMigration(id, command.data.to);
}

/** The version that an application is pinned to, or that a new one begins under. */
async function serviceFor(
  application: Application | undefined,
  command: ApplicationCommand,
  { services, offices, now }: Omit<PlanContext, 'sequenceIn'>,
): Promise<CompiledService | Refused> {
  if (application) return services.version(application.service.id, application.service.version);
  if (command.type !== 'submit') return refused({ type: 'application-not-found' });
  const office = offices.get(command.data.office);
  if (!office) return refused({ type: 'unknown-office', office: command.data.office });
  const { timeZone } = office.definition;
  const service = await services.forSubmission(command.data.service, timeZone, now);
  if (isRefused(service)) return service;
  const unmet = offerUnmet(service.id, office, offices);
  return unmet ? refused(unmet) : service;
}

/** Records what was decided. @returns undefined when somebody else was faster */
async function append(
  store: EventStore | PlainEventStore,
  memory: ApplicationMemory,
  request: CommandRequest,
  known: Remembered,
  { events, metadata, service }: Plan,
): Promise<CommandResult | undefined> {
  const newEvents = events.map(({ type, data }, index): NewEvent => ({
    // Another request under the same key is another event, not a repetition; and the id tells whose
    // event it is, so that one in another application's stream can be found.
    id: derivedId(request.application, request.id, request.fingerprint ?? '', index),
    type,
    data,
    metadata,
  }));
  const expected = known.revision < 0 ? 'no-stream' : known.revision;
  const stream = applicationStream(request.application);
  const application = fold(known.application, events, metadata);
  const stored = isPlain(store)
    ? await store.seal(stream, newEvents, {
        applicant: application.applicant.id,
        isPersonal: (field) => service.definition.form[field]?.personal === true,
      })
    : newEvents;
  let appended: Appended;
  try {
    appended = await store.append(stream, stored, expected);
  } catch (error) {
    if (error instanceof WrongExpectedRevisionError) return undefined;
    throw error;
  }
  const { revision, position } = appended;
  const { occurredAt: updatedAt, fingerprint } = metadata;
  const commands = known.commands.set(request.id, { position, fingerprint });
  memory.remember(request.application, { application, revision, updatedAt, position, commands });
  return { application, service, revision, updatedAt, position, recorded: events.length };
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

/** What is due by a clock is due by the newest calendar. */
function judgesClocks({ type }: ApplicationCommand): boolean {
  return type === 'mark-clock' || type === 'act-on-clock' || type === 'park-clock';
}

function officeOf(command: ApplicationCommand): string | undefined {
  return command.type === 'submit' ? command.data.office : undefined;
}

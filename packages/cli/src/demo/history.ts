import {
  clocksOf,
  commandFor,
  isRefused,
  lookAt,
  nextMark,
  officesOffering,
  type Actor,
  type Application,
  type CompiledService,
  type DueMark,
  type Offices,
} from '@satu-atap/domain';
import {
  filledForm,
  nextCommand,
  pick,
  seededRandom,
  staffOf,
  type NextCommand,
} from '@satu-atap/domain/simulation';
import {
  commandHandler,
  derivedId,
  type PlainEventStore,
  type ServiceCatalogue,
} from '@satu-atap/event-store';

export type DemoHistoryOptions = {
  store: PlainEventStore;
  services: ServiceCatalogue;
  offices: Offices;
  /** Ids of published services that applications are made for. */
  serviceIds: readonly string[];
  /** The last instant of the history; it begins `weeks` before. */
  until: Temporal.Instant;
  weeks: number;
  applications: number;
  seed: number;
};

type File = {
  id: string;
  service: CompiledService;
  office: string;
  actors: Actor[];
  applicant: { id: string; name: string };
  application: Application | undefined;
  commands: number;
  /** When somebody next takes it in hand: epoch milliseconds. */
  at: number;
};

const hour = 3_600_000;
const system: Actor = { id: 'sla-monitor', roles: ['system'] };

/**
 * Fills an empty house with weeks of ordinary life: applications come in over time, officers work on
 * them in office hours, some are slow. Every event goes through the command handler, at the time it
 * would have happened.
 *
 * @returns how many applications were made
 */
export async function makeDemoHistory(options: DemoHistoryOptions): Promise<number> {
  const { store, services, offices, until, seed } = options;
  const random = seededRandom(seed);
  let now = until;
  const commands = commandHandler({ store, services, offices, now: () => now });
  const files = await incoming(options, random);
  // Asked for together they are one flush to disk; one by one as applicants come, 240.
  await Promise.all(files.map(({ applicant }) => store.keys.keyFor(applicant.id)));

  for (;;) {
    // Whoever is next in time acts next, so that the log reads in order.
    const file = files.reduce((first, one) => (one.at < first.at ? one : first));
    if (file.at > until.epochMilliseconds) return files.length;
    now = Temporal.Instant.fromEpochMilliseconds(file.at);
    const due = dueMark(file, offices);
    const next = due ?? nextOf(file, random);
    if (!next) {
      file.at = Number.POSITIVE_INFINITY;
      continue;
    }
    const give = ({ command, actor }: NextCommand) =>
      commands({ application: file.id, command, actor, id: derivedId(file.id, file.commands++) });
    let result = await give(next);
    if (isRefused(result) && due) result = await give(parked(due, result.refusal.type));
    if (isRefused(result)) throw new Error(`demo history: ${result.refusal.type}`);
    file.application = result.application;
    file.at = whenNext(file, random, offices);
  }
}

/** Applications of every service, spread over the weeks, at the offices that offer it. */
async function incoming(
  { services, offices, serviceIds, until, weeks, applications }: DemoHistoryOptions,
  random: () => number,
): Promise<File[]> {
  const begin = until.epochMilliseconds - weeks * 7 * 24 * hour;
  const files: File[] = [];
  for (let number = 0; number < applications; number++) {
    const service = await services.newest(pick(serviceIds, random));
    if (!service) throw new Error('demo history: a service is not published');
    const officeIds = officesOffering(service.id, offices);
    // The first office is the busiest.
    const office = random() < 0.7 ? (officeIds[0] ?? '') : pick(officeIds, random);
    const calendar = offices.get(office)?.calendars.of(service.definition.unit);
    const arrive = () => {
      const arrived = begin + random() * (until.epochMilliseconds - begin);
      return Math.round(calendar?.addWorkingTime(arrived, 60_000) ?? arrived);
    };
    let at = arrive();
    // Whoever would come when the office opens again after the history comes at another time.
    while (at > until.epochMilliseconds) at = arrive();
    const applicant = { id: `pemohon-${number + 1}`, name: `Pemohon ${number + 1}` };
    files.push({
      id: derivedId('demo', number),
      service,
      office,
      applicant,
      actors: [{ id: applicant.id, roles: ['applicant'] }, ...staffOf(service, office)],
      application: undefined,
      commands: 0,
      at,
    });
  }
  return files;
}

function nextOf(file: File, random: () => number): NextCommand | undefined {
  const { service, application, actors, applicant, office } = file;
  if (!application) {
    const { submittedBy, form } = service.definition;
    // The applicant stands first, so that officers submit only what applicants may not.
    const actor = actors.find(({ roles }) => roles.some((role) => submittedBy.includes(role)));
    if (!actor) return undefined;
    const channel = actor.id === applicant.id ? 'online' : 'counter';
    const data = filledForm(form, random);
    const submission = { service: service.id, office, applicant, channel, data } as const;
    return { command: { type: 'submit', data: submission }, actor };
  }
  return nextCommand({
    service,
    application,
    actors,
    random,
    documentId: () => derivedId(file.id, 'document', file.commands),
  });
}

type Due = NextCommand & { clock: string; mark: DueMark['mark'] };

/** What the SLA monitor would have done at this moment. */
function dueMark({ service, application, office, at }: File, offices: Offices): Due | undefined {
  const calendars = offices.get(office)?.calendars;
  if (!application || !calendars) return undefined;
  for (const clock of clocksOf(service, application, calendars)) {
    const next = nextMark(application, clock);
    if (!next || lookAt(next) > at) continue;
    const { mark } = next;
    return { command: commandFor(clock.id, mark), actor: system, clock: clock.id, mark };
  }
  return undefined;
}

/** What it does when that was refused: a guard of the definition may say no. */
function parked({ clock, mark }: Due, reason: string): NextCommand {
  return { command: { type: 'park-clock', data: { clock, mark, reason } }, actor: system };
}

/** The next thing happens after some working time, or when a clock is due before that. */
function whenNext(file: File, random: () => number, offices: Offices): number {
  const { service, application, office, at } = file;
  const calendars = offices.get(office)?.calendars;
  if (!application || !calendars) return at + hour;
  const inMinutes = service.definition.standard.time.unit.endsWith('minutes');
  const slow = random() < 0.1 ? 15 : 1;
  const pause = (inMinutes ? 0.04 : 2.5) * hour * slow * (0.2 + random());
  const worked = Math.round(calendars.of(service.definition.unit).addWorkingTime(at, pause));
  const marks = clocksOf(service, application, calendars).flatMap((clock) => {
    const next = nextMark(application, clock);
    return next ? lookAt(next) : [];
  });
  return Math.max(at, Math.min(worked, ...marks));
}

import type {
  Actor,
  Application,
  Clock,
  DueMark,
  Localized,
  ParkedMark,
  Retirement,
  ServiceDefinition,
  SlaStatus,
} from '@satu-atap/domain';
import type { Position } from '@satu-atap/event-store';
import type { FigureQueries } from './figures/figures.ts';

/** The questions that the API and the workers ask; the answers lag the events by milliseconds. */
export type ReadModels = {
  services: {
    /** Every service, by id, in its newest version in force, or else in its newest. */
    list(filter?: { unit?: string; kind?: ServiceDefinition['kind'] }): Promise<ServiceRow[]>;
    get(id: string): Promise<ServiceRow | undefined>;
    /** All of its versions, the newest first. */
    versions(id: string): Promise<VersionRow[]>;
    version(id: string, version: number): Promise<VersionRow | undefined>;
  };
  applications: {
    list(filter: ApplicationFilter, page: PageRequest): Promise<Page<ApplicationRow>>;
    get(id: string): Promise<ApplicationDetail | undefined>;
  };
  history: {
    /** Every event of one application, oldest first. */
    of(application: string, page: PageRequest): Promise<Page<HistoryRow>>;
  };
  worklist: {
    /** Applications in whose active states the actor has an action, by role, unit, office, assignment. */
    of(actor: Actor, filter: WorklistFilter, page: PageRequest): Promise<Page<WorklistRow>>;
  };
  clocks: {
    /** Clocks that have not ended, the one that needs attention first at the top. */
    list(filter: ClockFilter, page: PageRequest): Promise<Page<ClockRow>>;
    /** Clocks of one application. */
    of(application: string): Promise<ClockRow[]>;
    /** How many of all there are of which something is due that could not be done yet. */
    parked(): Promise<number>;
    /** What the SLA monitor has to do now, and what it has to try again, oldest first. */
    due(now: Temporal.Instant, limit: number, after?: DueClock): Promise<DueClock[]>;
  };
  suspensions: {
    /** Applications whose promise stood still, those shortly before their due date first. */
    list(filter: SuspensionFilter, page: PageRequest): Promise<Page<SuspensionRow>>;
  };
  counts: {
    /** Open and ended applications by office, unit, service, state and SLA status. */
    list(filter: { office?: string; unit?: string; service?: string }): Promise<CountRow[]>;
  };
  /** What the clock of their database says. */
  time(): Promise<Temporal.Instant>;
  /** Supervisors' figures: by office, unit, service, step, officer, channel and period. */
  figures: FigureQueries;
  /** The position up to which the read models hold everything. */
  position(): Promise<Position>;
};

/** A page starts after a cursor: opaque text from the page before. */
export type PageRequest = { after?: string | undefined; limit: number };
export type Page<Row> = { items: Row[]; next?: string };

/** @throws by every paged query when `after` is no cursor of that query */
export class InvalidCursorError extends Error {
  override readonly name = 'InvalidCursorError';
}

export type ServiceRow = {
  id: string;
  version: number;
  digest: string;
  kind: ServiceDefinition['kind'];
  unit: string;
  title: Localized;
  publishedAt: string;
  /** Of the service, not of the version. */
  retirement?: Retirement;
  /** Whether this version was withdrawn: then all of them were. */
  withdrawn: boolean;
  revision: number;
  definition: ServiceDefinition;
};

export type VersionRow = {
  version: number;
  digest: string;
  publishedAt: string;
  /** Id of the actor. */
  publishedBy: string;
  withdrawn?: { at: string; by: string; reason: Localized };
  definition: ServiceDefinition;
};

/** Every part narrows; all are optional. */
export type ApplicationFilter = {
  office?: string | undefined;
  /** A unit in whose states the application is now; for ended ones, the service's unit. */
  unit?: string | undefined;
  service?: string | undefined;
  /** An active state's path, or the final state. */
  state?: string | undefined;
  applicant?: string | undefined;
  /** Of a document that it was given, whole; spaces and capitals do not matter. */
  number?: string | undefined;
  slaStatus?: SlaStatus | undefined;
  ended?: boolean | undefined;
  channel?: string | undefined;
  /** The unit that answers for the service, wherever the file is. */
  serviceUnit?: string | undefined;
  /** The officer who holds it, in the state and unit of this filter where it has them. */
  holder?: string | undefined;
  /** Local dates, both included: when it was submitted, and when it ended. */
  submitted?: Dates | undefined;
  endedOn?: Dates | undefined;
  outcome?: string | undefined;
  /** The local date on which its promise is due. */
  dueOn?: string | undefined;
  /** That it has left some step: which, of which unit, by whose hand, when, its standard kept or not. */
  visit?:
    | {
        step?: string | undefined;
        unit?: string | undefined;
        officer?: string | undefined;
        left?: Dates | undefined;
        kept?: boolean | undefined;
      }
    | undefined;
};

/** Local dates of the office, both included; one that is left out is open. */
export type Dates = { from?: string | undefined; to?: string | undefined };

export type ApplicationRow = {
  id: string;
  office: string;
  service: string;
  serviceVersion: number;
  /** No name where it is erased. */
  applicant: { id: string; name?: string };
  /** Paths of the active states, sorted. */
  states: string[];
  /** Units that have the file now, sorted. */
  units: string[];
  slaStatus: SlaStatus;
  submittedAt: string;
  updatedAt: string;
  /** When the service's promise falls due; absent while its clock stands still or has not begun. */
  dueAt?: string;
  ended?: { at: string; outcome: string };
  revision: number;
};

export type ApplicationDetail = ApplicationRow & { facts: Application };

export type HistoryRow = {
  revision: number;
  type: string;
  at: string;
  actor: { id: string; roles: string[]; unit?: string; office?: string };
  /** For steps: the action, and the active states before and after; a migration has these, too. */
  action?: string;
  from?: string[];
  to?: string[];
  /** The event's own data. */
  data: Record<string, unknown>;
};

export type WorklistFilter = {
  service?: string | undefined;
  state?: string | undefined;
  /** `mine`: I hold it; `free`: nobody does; `all`: both. */
  assigned?: 'mine' | 'free' | 'all' | undefined;
};

export type WorklistRow = {
  application: ApplicationRow;
  facts: Application;
  /** The state in which the actor can act. */
  state: string;
  unit: string;
  enteredAt: string;
  assignee?: string;
};

export type ClockFilter = {
  office?: string | undefined;
  unit?: string | undefined;
  service?: string | undefined;
  status?: 'running' | 'paused' | 'warned' | 'breached' | 'parked' | undefined;
};

export type ClockRow = {
  application: string;
  office: string;
  service: string;
  /** See `Clock.id`. */
  clock: string;
  unit: string;
  mode: Clock['mode'];
  standard: Clock['standard'];
  startedAt: string;
  endedAt?: string;
  dueAt?: string;
  warnAt?: string;
  warnedAt?: string;
  breachedAt?: string;
  /** Something due that could not be done, and when it is tried again. */
  parked?: Omit<ParkedMark, 'clock'>;
};

/** `at` is when it has to be looked at: epoch milliseconds. */
export type SuspensionFilter = {
  office?: string | undefined;
  unit?: string | undefined;
  service?: string | undefined;
  /** Only those that were suspended in the last tenth of their promise. */
  shortlyBeforeDue?: boolean | undefined;
  ended?: boolean | undefined;
};

export type SuspensionRow = {
  application: string;
  office: string;
  unit: string;
  service: string;
  /** How often its promise stood still, and for how many minutes of its own kind of time. */
  times: number;
  minutes: number;
  /** How often that began in the last tenth of the promise. */
  shortlyBeforeDue: number;
  /** Since when it stood still the last time; ISO 8601. */
  lastAt: string;
  /** Whether it stands still now. */
  standing: boolean;
  ended: boolean;
};

export type DueClock = { application: string; clock: string; mark: DueMark['mark']; at: number };

export type CountRow = {
  office: string;
  unit: string;
  service: string;
  state: string;
  slaStatus: SlaStatus;
  ended: boolean;
  applications: number;
};

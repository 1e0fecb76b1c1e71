import type {
  Application,
  ApplicationEvent,
  CalendarVersion,
  CompiledService,
  EventMetadata,
  OfficeCalendars,
  ServiceEvent,
  ServiceEventOf,
  SlaStatus,
  Clock,
} from '@satu-atap/domain';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';

/** An application's event, read back and parsed. */
export type ProjectedEvent = {
  application: string;
  revision: number;
  event: ApplicationEvent;
  metadata: EventMetadata;
};

/** A service's event, read back and parsed; with the version that it published, compiled. */
export type ProjectedServiceEvent = {
  service: string;
  revision: number;
  metadata: EventMetadata;
} & (
  | { event: ServiceEventOf<'ServicePublished'>; compiled: CompiledService }
  | { event: Exclude<ServiceEvent, { type: 'ServicePublished' }> }
);

/** An application as some event left it, with what read models derive from it. */
export type ApplicationView = {
  application: Application;
  service: CompiledService;
  revision: number;
  updatedAt: string;
  slaStatus: SlaStatus;
  clocks: Clock[];
  /** What its clocks are counted by. */
  calendars: OfficeCalendars;
  /** The versions of the service that its migrations left behind, by their number. */
  earlier: ReadonlyMap<number, CompiledService>;
};

/** What a batch of events did to one application. */
export type ApplicationChange = {
  id: string;
  before: ApplicationView | undefined;
  after: ApplicationView;
};

/**
 * A batch of events with everything projections want to know of it, worked out once. While read
 * models are built from zero, several batches' changes may come with the last of them: nobody
 * reads in between.
 */
export type Batch = {
  events: readonly ProjectedEvent[];
  changes: readonly ApplicationChange[];
  services: readonly ProjectedServiceEvent[];
  /** Versions of calendars that were published. */
  calendars: readonly CalendarVersion[];
};

/** An application whose personal data were erased: what its events say now. */
export type ErasedApplication = {
  id: string;
  /** As of the newest event that is projected. */
  application: Application;
  /** All that are projected, in order. */
  events: readonly ProjectedEvent[];
};

/** A read model: its tables, and how a batch changes their rows. */
export type Projection = {
  name: string;
  /** Counts up when its rows change shape or meaning: read models are then rebuilt from zero. */
  version: number;
  createTables(database: Kysely<Tables>): Promise<void>;
  /** Runs inside the transaction that also moves the checkpoint. */
  project(batch: Batch, database: Kysely<Tables>): Promise<void>;
  /** Rewrites the rows that hold personal data of an application: only where there may be such. */
  erase?(erased: ErasedApplication, database: Kysely<Tables>): Promise<void>;
};

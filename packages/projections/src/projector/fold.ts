import {
  clocksOf,
  compileService,
  evolve,
  readApplicationEvent,
  readErasureEvent,
  readServiceEvent,
  slaStatus,
  type Application,
  type CalendarVersion,
  type CompiledService,
  type Offices,
  type ServiceDefinition,
} from '@satu-atap/domain';
import {
  applicationPrefix,
  calendarPrefix,
  calendarVersionOf,
  erasurePrefix,
  servicePrefix,
  type RecordedEvent,
} from '@satu-atap/event-store';
import { sql, type Kysely } from 'kysely';
import { projectedCalendars } from '../calendars/calendars.ts';
import { inChunks } from '../database/bulk.ts';
import type { Tables } from '../database/tables.ts';
import { CountedBy } from './counted-by.ts';
import type {
  ApplicationChange,
  ApplicationView,
  Batch,
  ProjectedEvent,
  ProjectedServiceEvent,
} from './projection.ts';

/** Applications kept between batches: those that were touched last. */
const keptViews = 20_000;
/** Applications whose clocks are counted anew in one go when a calendar changes. */
const recountedAtOnce = 256;

/** What events say by themselves, before anything is derived from the applications they touch. */
export type Absorbed = Omit<Batch, 'changes'> & {
  /** Applications whose personal data were erased. */
  erased: readonly string[];
};

/** An application with events that no read model knows yet. */
type Touched = {
  before: ApplicationView | undefined;
  application: Application | undefined;
  revision: number;
  updatedAt: string;
};

/**
 * Turns recorded events into batches for projections: parses each event once and folds every
 * application it touches once, with the domain's own `evolve`.
 */
export class Fold {
  readonly #offices: Offices;
  #countedBy: CountedBy | undefined;
  /** What rows were counted by before the calendars that were absorbed last. */
  #countedBefore: CountedBy | undefined;
  readonly #services = new Map<string, CompiledService>();
  readonly #touched = new Map<string, Touched>();
  #views = new Map<string, ApplicationView>();
  #older = new Map<string, ApplicationView>();

  constructor(offices: Offices) {
    this.#offices = offices;
  }

  /** How many applications wait for `changes`. */
  get waiting(): number {
    return this.#touched.size;
  }

  /** Forgets what it kept: the database went another way (a transaction was rolled back). */
  forget(): void {
    this.#touched.clear();
    this.#views.clear();
    this.#older.clear();
    this.#countedBy = undefined;
  }

  /** Folds events; what they do to applications is given by `changes`. */
  async absorb(recorded: readonly RecordedEvent[], database: Kysely<Tables>): Promise<Absorbed> {
    const events: ProjectedEvent[] = [];
    const services: ProjectedServiceEvent[] = [];
    const calendars: CalendarVersion[] = [];
    const erased: string[] = [];
    const countedBy = (this.#countedBy ??= await this.#projectedCalendars(database));
    for (const one of recorded) {
      if (one.stream.startsWith(applicationPrefix)) {
        const application = one.stream.slice(applicationPrefix.length);
        events.push({ application, revision: one.revision, ...readApplicationEvent(one) });
      } else if (one.stream.startsWith(calendarPrefix)) {
        calendars.push(calendarVersionOf(one));
      } else if (one.stream.startsWith(erasurePrefix)) {
        const { event } = readErasureEvent(one);
        if (event.type === 'PersonalDataErased') erased.push(...event.data.applications);
      } else {
        services.push(this.#absorbService(one));
      }
    }
    // What stood before is counted as its rows were.
    await this.#load(events, database);
    for (const one of events) this.#evolve(one);
    if (calendars.length > 0) {
      this.#countedBefore = countedBy;
      this.#countedBy = countedBy.with(calendars);
    }
    return { events, services, calendars, erased };
  }

  /** What the events absorbed since the last call did, application by application. */
  async changes(database: Kysely<Tables>): Promise<ApplicationChange[]> {
    const changes: ApplicationChange[] = [];
    for (const [id, { before, application, revision, updatedAt }] of this.#touched) {
      if (!application) throw new Error(`application ${id}: no events`);
      const after = await this.#view(application, revision, updatedAt, database);
      this.#keep(id, after);
      changes.push({ id, before, after });
    }
    this.#touched.clear();
    return changes;
  }

  /**
   * What calendars that were absorbed just now do to the clocks of applications that no event touched.
   *
   * @param done applications whose changes have been given already
   */
  async *recount(
    published: readonly CalendarVersion[],
    done: ReadonlySet<string>,
    database: Kysely<Tables>,
  ): AsyncGenerator<ApplicationChange[]> {
    const countedBefore = this.#countedBefore;
    this.#countedBefore = undefined;
    if (published.length === 0 || !countedBefore) return;
    const offices = countedBefore.officesBy(new Set(published.map(({ id }) => id)));
    if (offices.length === 0) return;
    // Instants as text sort to the second.
    const first = Math.min(...published.map(({ publishedAt }) => publishedAt));
    const since = new Date(first - 1000).toISOString();
    for (const office of offices) {
      for await (const rows of openIn(office, since, database)) {
        const changes: ApplicationChange[] = [];
        for (const { id, facts, revision, updated_at: updatedAt } of rows) {
          if (done.has(id)) continue;
          const application = JSON.parse(facts) as Application;
          const view = (by?: CountedBy) =>
            this.#view(application, revision, updatedAt, database, by);
          const kept = this.#views.get(id) ?? this.#older.get(id);
          const after = await view();
          changes.push({ id, before: kept ?? (await view(countedBefore)), after });
          if (kept) this.#keep(id, after);
        }
        if (changes.length > 0) yield changes;
      }
    }
  }

  /** Drops what it kept of an application: its rows were written by somebody else. */
  drop(id: string): void {
    this.#views.delete(id);
    this.#older.delete(id);
  }

  async #projectedCalendars(database: Kysely<Tables>): Promise<CountedBy> {
    return new CountedBy(this.#offices, await projectedCalendars(database));
  }

  #absorbService(recorded: RecordedEvent): ProjectedServiceEvent {
    const { event, metadata } = readServiceEvent(recorded);
    const service = recorded.stream.slice(servicePrefix.length);
    const { revision } = recorded;
    if (event.type !== 'ServicePublished') return { service, revision, event, metadata };
    const compiled = compileService(event.data.definition, event.data);
    this.#services.set(keyOf(compiled.id, compiled.version), compiled);
    return { service, revision, event, metadata, compiled };
  }

  #evolve({ application: id, revision, event, metadata }: ProjectedEvent): void {
    const touched = this.#touched.get(id);
    if (!touched || revision !== touched.revision + 1) {
      throw new Error(`application ${id}: revision ${revision} follows ${touched?.revision}`);
    }
    touched.application = evolve(touched.application, event, metadata);
    touched.revision = revision;
    touched.updatedAt = metadata.occurredAt;
  }

  /** Has every application at hand that the events touch. */
  async #load(events: readonly ProjectedEvent[], database: Kysely<Tables>): Promise<void> {
    const missing: string[] = [];
    for (const { application: id, revision } of events) {
      if (this.#touched.has(id)) continue;
      const before = this.#views.get(id) ?? this.#older.get(id);
      this.#touch(id, before);
      if (!before && revision > 0) missing.push(id);
    }
    await inChunks(missing, 500, async (ids) => {
      const rows = await database
        .selectFrom('applications')
        .select(['id', 'facts', 'revision', 'updated_at'])
        .where('id', 'in', ids)
        .execute();
      for (const row of rows) {
        const application = JSON.parse(row.facts) as Application;
        const view = this.#view(application, row.revision, row.updated_at, database);
        this.#touch(row.id, await view);
      }
    });
  }

  /** What read models derive from an application, worked out once. */
  async #view(
    application: Application,
    revision: number,
    updatedAt: string,
    database: Kysely<Tables>,
    countedBy = this.#countedBy,
  ): Promise<ApplicationView> {
    const { id, version } = application.service;
    const service = await this.#service(id, version, database);
    if (!countedBy) throw new Error('no calendars have been read yet');
    const calendars = countedBy.of(application.office);
    const clocks = clocksOf(service, application, calendars);
    const earlier = new Map<number, CompiledService>();
    for (const { from } of application.migrations ?? []) {
      earlier.set(from, await this.#service(id, from, database));
    }
    return {
      application,
      service,
      revision,
      updatedAt,
      slaStatus: slaStatus(application, clocks),
      clocks,
      calendars,
      earlier,
    };
  }

  #touch(id: string, before: ApplicationView | undefined): void {
    this.#touched.set(id, {
      before,
      application: before?.application,
      revision: before?.revision ?? -1,
      updatedAt: before?.updatedAt ?? '',
    });
  }

  async #service(id: string, version: number, database: Kysely<Tables>): Promise<CompiledService> {
    const known = this.#services.get(keyOf(id, version));
    if (known) return known;
    const row = await database
      .selectFrom('service_versions')
      .select(['definition', 'digest'])
      .where('service', '=', id)
      .where('version', '=', version)
      .executeTakeFirstOrThrow();
    const definition = JSON.parse(row.definition) as ServiceDefinition;
    const service = compileService(definition, { version, digest: row.digest });
    this.#services.set(keyOf(id, version), service);
    return service;
  }

  /** Two halves that take turns: dropping the older half drops what was not touched for longest. */
  #keep(id: string, view: ApplicationView): void {
    this.#views.set(id, view);
    if (this.#views.size < keptViews) return;
    this.#older = this.#views;
    this.#views = new Map();
  }
}

/**
 * Applications of an office that are open, or ended after an instant: what ended before is held against
 * the calendar that was known then. In the order of an index, so that no page looks at another's rows.
 */
async function* openIn(office: string, since: string, database: Kysely<Tables>) {
  for (let last: { submitted_at: number; id: string } | undefined; ;) {
    const rows = await database
      .selectFrom('applications')
      .select(['id', 'submitted_at', 'facts', 'revision', 'updated_at'])
      .where('office', '=', office)
      .$if(last !== undefined, (query) =>
        query.where(
          sql<boolean>`(submitted_at, id) > (${last?.submitted_at ?? 0}, ${last?.id ?? ''})`,
        ),
      )
      .where((eb) => eb.or([eb('ended', '=', 0), eb('updated_at', '>=', since)]))
      .orderBy('submitted_at')
      .orderBy('id')
      .limit(recountedAtOnce)
      .execute();
    if (rows.length > 0) yield rows;
    last = rows.at(-1);
    if (rows.length < recountedAtOnce) return;
  }
}

function keyOf(service: string, version: number): string {
  return `${service}@${version}`;
}

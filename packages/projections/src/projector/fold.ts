import {
  clocksOf,
  compileService,
  evolve,
  readApplicationEvent,
  readServiceEvent,
  serviceDefinition,
  slaStatus,
  type Application,
  type CompiledService,
  type Offices,
} from '@satu-atap/domain';
import type { RecordedEvent } from '@satu-atap/event-store';
import type { Kysely } from 'kysely';
import { inChunks } from '../database/bulk.ts';
import type { Tables } from '../database/tables.ts';
import type { ApplicationChange, ApplicationView, Batch, ProjectedEvent } from './projection.ts';

/** Applications kept between batches: those that were touched last. */
const keptViews = 20_000;

const applicationPrefix = 'application-';

/**
 * Turns recorded events into a batch for projections: parses each once and folds every application
 * it touches once, with the domain's own `evolve`.
 */
export class Fold {
  readonly #offices: Offices;
  readonly #services = new Map<string, CompiledService>();
  #views = new Map<string, ApplicationView>();
  #older = new Map<string, ApplicationView>();

  constructor(offices: Offices) {
    this.#offices = offices;
  }

  /** Forgets what it kept: the database went another way (a transaction was rolled back). */
  forget(): void {
    this.#views.clear();
    this.#older.clear();
  }

  async batch(recorded: readonly RecordedEvent[], database: Kysely<Tables>): Promise<Batch> {
    const events: ProjectedEvent[] = [];
    const published: Batch['published'][number][] = [];
    const touched = new Map<string, ProjectedEvent[]>();
    for (const one of recorded) {
      if (one.stream.startsWith(applicationPrefix)) {
        const application = one.stream.slice(applicationPrefix.length);
        const projected = {
          application,
          revision: one.revision,
          ...readApplicationEvent(one),
        };
        events.push(projected);
        const others = touched.get(application);
        if (others) others.push(projected);
        else touched.set(application, [projected]);
      } else {
        const { event, metadata } = readServiceEvent(one);
        const service = compileService(event.data.definition, event.data);
        this.#services.set(keyOf(service.id, service.version), service);
        published.push({ event, metadata, service });
      }
    }
    const before = await this.#viewsBefore(touched, database);
    const changes: ApplicationChange[] = [];
    for (const [id, projected] of touched) {
      const change = await this.#change(id, before.get(id), projected, database);
      this.#keep(id, change.after);
      changes.push(change);
    }
    return { events, changes, published, offices: this.#offices };
  }

  async #change(
    id: string,
    before: ApplicationView | undefined,
    events: readonly ProjectedEvent[],
    database: Kysely<Tables>,
  ): Promise<ApplicationChange> {
    let application = before?.application;
    let revision = before?.revision ?? -1;
    let updatedAt = before?.updatedAt ?? '';
    for (const one of events) {
      if (one.revision !== revision + 1) {
        throw new Error(`application ${id}: revision ${one.revision} follows ${revision}`);
      }
      application = evolve(application, one.event, one.metadata);
      revision = one.revision;
      updatedAt = one.metadata.occurredAt;
    }
    if (!application) throw new Error(`application ${id}: no events`);
    const { id: serviceId, version } = application.service;
    const service = await this.#service(serviceId, version, database);
    const office = this.#offices.get(application.office);
    if (!office)
      throw new Error(`application ${id}: office "${application.office}" is not configured`);
    const clocks = clocksOf(service, application, office.calendar);
    const view = {
      application,
      service,
      revision,
      updatedAt,
      slaStatus: slaStatus(application, clocks),
    };
    return { id, before, after: { ...view, clocks } };
  }

  async #viewsBefore(
    touched: ReadonlyMap<string, readonly ProjectedEvent[]>,
    database: Kysely<Tables>,
  ): Promise<Map<string, ApplicationView>> {
    const views = new Map<string, ApplicationView>();
    const missing: string[] = [];
    for (const [id, [first]] of touched) {
      const view = this.#views.get(id) ?? this.#older.get(id);
      if (view) views.set(id, view);
      else if (first && first.revision > 0) missing.push(id);
    }
    await inChunks(missing, 500, async (ids) => {
      const rows = await database
        .selectFrom('applications')
        .select(['id', 'facts', 'revision', 'updated_at', 'sla_status'])
        .where('id', 'in', ids)
        .execute();
      for (const row of rows) {
        const application = JSON.parse(row.facts) as Application;
        const { id, version } = application.service;
        views.set(row.id, {
          application,
          service: await this.#service(id, version, database),
          revision: row.revision,
          updatedAt: row.updated_at,
          slaStatus: row.sla_status,
        });
      }
    });
    return views;
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
    const definition = serviceDefinition.parse(JSON.parse(row.definition));
    const service = compileService(definition, { version, digest: row.digest });
    this.#services.set(keyOf(id, version), service);
    return service;
  }

  /** Two halves that take turns: dropping the older half drops what was not touched for longest. */
  #keep(
    id: string,
    { application, service, revision, updatedAt, slaStatus: status }: ApplicationView,
  ) {
    this.#views.set(id, { application, service, revision, updatedAt, slaStatus: status });
    if (this.#views.size < keptViews) return;
    this.#older = this.#views;
    this.#views = new Map();
  }
}

function keyOf(service: string, version: number): string {
  return `${service}@${version}`;
}

import {
  activeSince,
  activeStates,
  builtInRoles,
  stateOf,
  type Application,
  type CompiledService,
} from '@satu-atap/domain';
import { sql, type Kysely } from 'kysely';
import { applicationRow } from '../applications/applications.ts';
import { decodeCursor, pageOf } from '../cursor.ts';
import { bulkDeleter, bulkWriter } from '../database/bulk.ts';
import type { Tables } from '../database/tables.ts';
import { changedRows } from '../projector/changed-rows.ts';
import type { ApplicationView, Projection } from '../projector/projection.ts';
import type { ReadModels, WorklistRow } from '../read-models.ts';

const key = ['application', 'state', 'unit'] as const;

const remove = bulkDeleter('application_states', key);
const put = bulkWriter(
  'application_states',
  [...key, 'office', 'service', 'service_version', 'ended', 'entered_at', 'assignee'],
  `ON CONFLICT (${key.join(', ')}) DO UPDATE SET ended = excluded.ended,
    entered_at = excluded.entered_at, assignee = excluded.assignee,
    service_version = excluded.service_version`,
);

/** Where every application is, for worklists and for lists by unit and state. */
export const worklist: Projection = {
  name: 'worklist',
  version: 1,

  async createTables(database) {
    await database.schema
      .createTable('application_states')
      .addColumn('application', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('unit', 'text', (column) => column.notNull())
      .addColumn('office', 'text', (column) => column.notNull())
      .addColumn('service', 'text', (column) => column.notNull())
      .addColumn('service_version', 'integer', (column) => column.notNull())
      .addColumn('ended', 'integer', (column) => column.notNull())
      .addColumn('entered_at', 'bigint', (column) => column.notNull())
      .addColumn('assignee', 'text')
      .addPrimaryKeyConstraint('application_states_key', ['application', 'state', 'unit'])
      .execute();
    await database.schema
      .createIndex('worklist_by_unit')
      .on('application_states')
      .columns(['office', 'unit', 'ended', 'entered_at', 'application', 'state'])
      .execute();
  },

  async project({ changes }, database) {
    const { gone, changed } = changedRows(changes, places, key);
    await remove(database, gone);
    await put(database, changed);
  },
};

export function worklistQueries(database: () => Kysely<Tables>): ReadModels['worklist'] {
  return {
    async of(actor, { service, state, assigned = 'all' }, page) {
      const after = decodeCursor<[number, string, string]>(page, 'number', 'string', 'string');
      const applicant = actor.roles.includes(builtInRoles.applicant);
      const roles = actor.roles.filter((role) => role !== builtInRoles.applicant);
      const rows = await database()
        .selectFrom('application_states as place')
        .innerJoin('applications', 'applications.id', 'place.application')
        .selectAll('applications')
        .select([
          'place.state as place_state',
          'place.unit as place_unit',
          'place.entered_at as entered_at',
          'place.assignee as assignee',
        ])
        .where('place.ended', '=', 0)
        .where((eb) => {
          const actionFor = (names: string[]) =>
            eb.exists(
              eb
                .selectFrom('service_actions as action')
                .select('action.role')
                .whereRef('action.service', '=', 'place.service')
                .whereRef('action.version', '=', 'place.service_version')
                .whereRef('action.state', '=', 'place.state')
                .whereRef('action.unit', '=', 'place.unit')
                .where('action.role', 'in', names),
            );
          return eb.or([
            ...(roles.length > 0
              ? [
                  eb.and([
                    eb('place.office', '=', actor.office ?? ''),
                    eb('place.unit', '=', actor.unit ?? ''),
                    actionFor(roles),
                  ]),
                ]
              : []),
            ...(applicant
              ? [
                  eb.and([
                    eb('applications.applicant_id', '=', actor.id),
                    actionFor([builtInRoles.applicant]),
                  ]),
                ]
              : []),
          ]);
        })
        .where((eb) => {
          const mine = eb('place.assignee', '=', actor.id);
          const free = eb('place.assignee', 'is', null);
          return { mine, free, all: eb.or([mine, free]) }[assigned];
        })
        .$if(service !== undefined, (query) => query.where('place.service', '=', service ?? ''))
        .$if(state !== undefined, (query) => query.where('place.state', '=', state ?? ''))
        .$if(after !== undefined, (query) =>
          query.where(
            sql<boolean>`(place.entered_at, place.application, place.state) > (${after?.[0] ?? 0}, ${after?.[1] ?? ''}, ${after?.[2] ?? ''})`,
          ),
        )
        .orderBy('place.entered_at')
        .orderBy('place.application')
        .orderBy('place.state')
        .limit(page.limit + 1)
        .execute();
      return pageOf(
        rows,
        page,
        (row): WorklistRow => ({
          application: applicationRow(row),
          facts: JSON.parse(row.facts) as Application,
          state: row.place_state,
          unit: row.place_unit,
          enteredAt: new Date(row.entered_at).toISOString(),
          ...(row.assignee === null ? {} : { assignee: row.assignee }),
        }),
        (row) => [row.entered_at, row.id, row.place_state],
      );
    },
  };
}

function places(
  id: string,
  { application, service }: ApplicationView,
): Tables['application_states'][] {
  const since = activeSince(application);
  return activeStates(application.value).flatMap((state) =>
    unitsAt(service, state).map((unit) => ({
      application: id,
      state,
      unit,
      office: application.office,
      service: application.service.id,
      service_version: application.service.version,
      ended: application.ended ? 1 : 0,
      entered_at: Date.parse(since.get(state) ?? application.submittedAt),
      assignee: application.assignments[state] ?? null,
    })),
  );
}

/** The state's own unit, and others that have an action there through an outer state. */
export function unitsAt(service: CompiledService, path: string): string[] {
  const { unit, actions } = stateOf(service, path);
  const acting = actions.filter(({ source }) => source !== '').map((action) => action.unit);
  return [...new Set([unit, ...acting])];
}

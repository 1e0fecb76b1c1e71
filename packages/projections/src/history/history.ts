import { activeStates, type ApplicationEvent, type StateValue } from '@satu-atap/domain';
import type { Kysely } from 'kysely';
import { decodeCursor, pageOf } from '../cursor.ts';
import { bulkWriter } from '../database/bulk.ts';
import type { Tables } from '../database/tables.ts';
import type { Projection } from '../projector/projection.ts';
import type { HistoryRow, ReadModels } from '../read-models.ts';

const insert = bulkWriter('history', ['application', 'revision', 'type', 'at', 'actor', 'data']);

/** Every event of every application, with who and when. */
export const history: Projection = {
  name: 'history',
  version: 1,

  async createTables(database) {
    await database.schema
      .createTable('history')
      .addColumn('application', 'text', (column) => column.notNull())
      .addColumn('revision', 'bigint', (column) => column.notNull())
      .addColumn('type', 'text', (column) => column.notNull())
      .addColumn('at', 'text', (column) => column.notNull())
      .addColumn('actor', 'text', (column) => column.notNull())
      .addColumn('data', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('history_key', ['application', 'revision'])
      .execute();
  },

  async project({ events }, database) {
    const rows = events.map(({ application, revision, event, metadata }) => ({
      application,
      revision,
      type: event.type,
      at: metadata.occurredAt,
      actor: JSON.stringify(metadata.actor),
      data: JSON.stringify(shown(event)),
    }));
    // In key order: the index is then written page by page instead of at random.
    rows.sort((a, b) =>
      a.application < b.application ? -1 : a.application > b.application ? 1 : 0,
    );
    await insert(database, rows);
  },

  async erase({ id, events }, database) {
    for (const { revision, event } of events) {
      await database
        .updateTable('history')
        .set({ data: JSON.stringify(shown(event)) })
        .where('application', '=', id)
        .where('revision', '=', revision)
        .execute();
    }
  },
};

/**
 * Without a foreign log's attributes: they have no bound, and whoever needs them reads the events. Where
 * personal data are erased, what they were stands there instead of the box that cannot be opened.
 */
export function shown({ data }: Pick<ApplicationEvent, 'data'>): object {
  if ('sealed' in data && data.sealed) {
    const { sealed, ...rest } = data;
    return { ...rest, erased: sealed.fields };
  }
  if (!('imported' in data) || !data.imported) return data;
  const { attributes: _, ...imported } = data.imported as { attributes: unknown };
  return { ...data, imported };
}

export function historyQueries(database: () => Kysely<Tables>): ReadModels['history'] {
  return {
    async of(application, page) {
      const after = decodeCursor<[number]>(page, 'number');
      const rows = await database()
        .selectFrom('history')
        .selectAll()
        .where('application', '=', application)
        .$if(after !== undefined, (query) => query.where('revision', '>', after?.[0] ?? 0))
        .orderBy('revision')
        .limit(page.limit + 1)
        .execute();
      return pageOf(rows, page, historyRow, ({ revision }) => [revision]);
    },
  };
}

function historyRow({ revision, type, at, actor, data }: Tables['history']): HistoryRow {
  const event = JSON.parse(data) as Record<string, unknown>;
  const states = (value: unknown) => activeStates(value as StateValue);
  return {
    revision,
    type,
    at,
    actor: JSON.parse(actor) as HistoryRow['actor'],
    data: event,
    ...(type === 'StepTaken'
      ? { action: String(event['action']), from: states(event['from']), to: states(event['to']) }
      : {}),
    ...(type === 'ApplicationSubmitted' ? { to: states(event['state']) } : {}),
    ...(type === 'ApplicationMigrated'
      ? { from: states(stateIn(event['from'])), to: states(stateIn(event['to'])) }
      : {}),
  };
}

/** The state of a version and state. */
function stateIn(versionAndState: unknown): unknown {
  return (versionAndState as { state: unknown }).state;
}

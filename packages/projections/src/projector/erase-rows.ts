import { evolve, readApplicationEvent, type Application } from '@satu-atap/domain';
import { applicationStream, type EventStore } from '@satu-atap/event-store';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { projections } from '../projections.ts';
import type { ProjectedEvent } from './projection.ts';

/**
 * Rewrites the rows of an application whose personal data were erased, from its events as they are read
 * now: with the same steps and times, and without what was sealed.
 */
export async function eraseRows(
  id: string,
  store: Pick<EventStore, 'read'>,
  database: Kysely<Tables>,
): Promise<void> {
  const row = await database
    .selectFrom('applications')
    .select('revision')
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) return;
  const events: ProjectedEvent[] = [];
  let application: Application | undefined;
  for await (const batch of store.read(applicationStream(id), { limit: row.revision + 1 })) {
    for (const stored of batch) {
      const { event, metadata } = readApplicationEvent(stored);
      application = evolve(application, event, metadata);
      events.push({ application: id, revision: stored.revision, event, metadata });
    }
  }
  if (!application) throw new Error(`application ${id} has rows and no events`);
  const erased = { id, application, events };
  for (const projection of projections) await projection.erase?.(erased, database);
}

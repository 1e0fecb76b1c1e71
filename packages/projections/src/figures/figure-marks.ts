import { bulkWriter } from '../database/bulk.ts';
import type { ProjectedEvent, Projection } from '../projector/projection.ts';

/** Events that change no figure: they come and go without anybody being told. */
const silent: ReadonlySet<ProjectedEvent['event']['type']> = new Set([
  'NoteAdded',
  'DocumentAttached',
  'DocumentVerified',
  'DocumentRejected',
  'FeeAssessed',
  'PaymentReceived',
  'OutputIssued',
]);

/** Stands for an event that may concern any office. */
const everywhere = '';

const add = bulkWriter(
  'figure_marks',
  ['office', 'events'],
  'ON CONFLICT (office) DO UPDATE SET events = figure_marks.events + excluded.events',
);

/** How much has happened in each office that figures tell of: whoever watches sees that it grew. */
export const figureMarks: Projection = {
  name: 'figure-marks',
  version: 1,

  async createTables(database) {
    await database.schema
      .createTable('figure_marks')
      .addColumn('office', 'text', (column) => column.primaryKey().notNull())
      .addColumn('events', 'integer', (column) => column.notNull())
      .execute();
  },

  async project({ events, calendars }, database) {
    const happened = new Map<string, number>();
    const count = (office: string) => happened.set(office, (happened.get(office) ?? 0) + 1);
    for (const { event, metadata } of events)
      if (!silent.has(event.type)) count(metadata.office ?? everywhere);
    for (const _ of calendars) count(everywhere);
    await add(
      database,
      [...happened].map(([office, times]) => ({ office, events: times })),
    );
  },
};

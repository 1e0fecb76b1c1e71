import { bulkDeleter, bulkWriter, replacing } from '../database/bulk.ts';
import {
  createCells,
  figureCells,
  type Addition,
  type CellShape,
} from '../database/figure-cells.ts';
import type { Tables } from '../database/tables.ts';
import { createTally, tally } from '../database/tally.ts';
import { changedRows } from '../projector/changed-rows.ts';
import type { ApplicationView, Projection } from '../projector/projection.ts';
import { factsOf, seconds } from './facts-of.ts';
import { localDate } from './local-dates.ts';
import { periodsOf } from './periods.ts';

const columns = [
  'application',
  'office',
  'unit',
  'ended_on',
  'outcome',
  'late',
  'working_time',
  'unit_time',
  'applicant_time',
  'waiting_time',
  'pauses',
] as const;

const remove = bulkDeleter('finished', ['application']);
const put = bulkWriter('finished', columns, replacing('application', columns, ['application']));

const cellKey = ['period', 'office', 'unit', 'service', 'channel'] as const;
const shape: CellShape<'file_figures'> = {
  table: 'file_figures',
  key: cellKey,
  sums: ['received', 'finished', 'late', 'pauses'],
  histograms: ['working_time', 'unit_time', 'applicant_time', 'waiting_time'],
  counted: ['received', 'finished'],
};
const outcomesKey = [...cellKey, 'outcome'] as const;

const add = figureCells(shape, (view) => [receivedIn(view), ...finishedIn(view)]);
const countOutcomes = tally('file_outcomes', outcomesKey, (view) => {
  const { ended } = view.application;
  if (!ended) return [];
  const { period, ...place } = cellOf(view, ended.at);
  return periodsOf(period).map((one) => ({ period: one, ...place, outcome: ended.outcome }));
});

/** Every application that has ended with what it took, and what they add up to by day, week and month. */
export const finished: Projection = {
  name: 'finished',
  version: 1,

  async createTables(database) {
    await database.schema
      .createTable('finished')
      .addColumn('application', 'text', (column) => column.primaryKey().notNull())
      .addColumn('office', 'text', (column) => column.notNull())
      .addColumn('unit', 'text', (column) => column.notNull())
      .addColumn('ended_on', 'text', (column) => column.notNull())
      .addColumn('outcome', 'text', (column) => column.notNull())
      .addColumn('late', 'integer', (column) => column.notNull())
      .addColumn('working_time', 'integer')
      .addColumn('unit_time', 'integer', (column) => column.notNull())
      .addColumn('applicant_time', 'integer', (column) => column.notNull())
      .addColumn('waiting_time', 'integer')
      .addColumn('pauses', 'integer', (column) => column.notNull())
      .execute();
    await database.schema
      .createIndex('finished_by_office')
      .on('finished')
      .columns(['office', 'ended_on', 'application'])
      .execute();
    await createCells(database, shape);
    await createTally(database, 'file_outcomes', outcomesKey);
  },

  async project({ changes }, database) {
    const { gone, changed } = changedRows(changes, rowsOf, ['application']);
    await remove(database, gone);
    await put(database, changed);
    await add(database, changes);
    await countOutcomes(database, changes);
  },
};

function rowsOf(id: string, view: ApplicationView): Tables['finished'][] {
  const { application, service, calendars, slaStatus } = view;
  const { ended } = application;
  const { times } = factsOf(view);
  if (!ended || !times) return [];
  return [
    {
      application: id,
      office: application.office,
      unit: service.definition.unit,
      ended_on: localDate(Date.parse(ended.at), calendars.timeZone),
      outcome: ended.outcome,
      late: slaStatus === 'finished-late' ? 1 : 0,
      working_time: seconds(times.workingTime) ?? null,
      unit_time: seconds(times.unitTime),
      applicant_time: seconds(times.applicantTime),
      waiting_time: seconds(times.waitingTime) ?? null,
      pauses: times.pauses,
    },
  ];
}

/** The cell of an instant's day: an application counts for the unit whose service it asks for. */
function cellOf({ application, service, calendars }: ApplicationView, at: string) {
  const { office, channel } = application;
  const period = localDate(Date.parse(at), calendars.timeZone);
  return { period, office, unit: service.definition.unit, service: service.id, channel };
}

function receivedIn(view: ApplicationView): Addition {
  const key = cellOf(view, view.application.submittedAt);
  return { key, sums: { received: 1 }, times: {} };
}

function finishedIn(view: ApplicationView): Addition[] {
  const { ended } = view.application;
  const { times } = factsOf(view);
  if (!ended || !times) return [];
  return [
    {
      key: cellOf(view, ended.at),
      sums: {
        finished: 1,
        late: view.slaStatus === 'finished-late' ? 1 : 0,
        pauses: times.pauses,
      },
      times: {
        working_time: seconds(times.workingTime),
        unit_time: seconds(times.unitTime),
        applicant_time: seconds(times.applicantTime),
        waiting_time: seconds(times.waitingTime),
      },
    },
  ];
}

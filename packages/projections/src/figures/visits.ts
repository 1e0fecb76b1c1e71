import type { Stay } from '@satu-atap/domain';
import { bulkWriter } from '../database/bulk.ts';
import {
  createCells,
  figureCells,
  type Addition,
  type CellShape,
} from '../database/figure-cells.ts';
import type { Tables } from '../database/tables.ts';
import { changedRows } from '../projector/changed-rows.ts';
import type { ApplicationView, Projection } from '../projector/projection.ts';
import { factsOf, seconds } from './facts-of.ts';
import { localDate } from './local-dates.ts';

const key = ['application', 'visit'] as const;
const columns = [
  ...key,
  'office',
  'service',
  'unit',
  'state',
  'officer',
  'clock',
  'entered_at',
  'left_at',
  'left_on',
  'working_time',
  'waiting_time',
  'kept',
] as const;

const put = bulkWriter(
  'visits',
  columns,
  `ON CONFLICT (${key.join(', ')}) DO UPDATE SET
    ${columns
      .slice(key.length)
      .map((column) => `${column} = excluded.${column}`)
      .join(', ')}`,
);

const figures = {
  sums: ['visits', 'kept', 'missed', 'promise_used'],
  histograms: ['working_time', 'waiting_time'],
  counted: ['visits'],
} as const;
const stepShape: CellShape<'step_figures'> = {
  table: 'step_figures',
  key: ['period', 'office', 'unit', 'service', 'state'],
  ...figures,
};
const officerShape: CellShape<'officer_figures'> = {
  table: 'officer_figures',
  key: ['period', 'office', 'unit', 'service', 'officer'],
  ...figures,
};

const addSteps = figureCells(
  stepShape,
  additions(({ state }) => ({ state })),
);
const addOfficers = figureCells(
  officerShape,
  additions(({ officer }) => (officer === undefined ? undefined : { officer })),
);

/** Every stay of a file in a state that is over, and what they add up to by step and by officer. */
export const visits: Projection = {
  name: 'visits',
  version: 1,

  async createTables(database) {
    await database.schema
      .createTable('visits')
      .addColumn('application', 'text', (column) => column.notNull())
      .addColumn('visit', 'integer', (column) => column.notNull())
      .addColumn('office', 'text', (column) => column.notNull())
      .addColumn('service', 'text', (column) => column.notNull())
      .addColumn('unit', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('officer', 'text')
      .addColumn('clock', 'text', (column) => column.notNull())
      .addColumn('entered_at', 'bigint', (column) => column.notNull())
      .addColumn('left_at', 'bigint', (column) => column.notNull())
      .addColumn('left_on', 'text', (column) => column.notNull())
      .addColumn('working_time', 'integer', (column) => column.notNull())
      .addColumn('waiting_time', 'integer')
      .addColumn('kept', 'integer')
      .addPrimaryKeyConstraint('visits_key', [...key])
      .execute();
    await database.schema
      .createIndex('visits_by_officer')
      .on('visits')
      .columns(['officer', 'left_on', 'application'])
      .where('officer', 'is not', null)
      .execute();
    await createCells(database, stepShape);
    await createCells(database, officerShape);
  },

  async project({ changes }, database) {
    // What is over stays over: none ever goes.
    const { changed } = changedRows(changes, rowsOf, key);
    // In key order: the index is then written page by page instead of at random.
    const ordered = changed.toSorted((a, b) =>
      a.application < b.application ? -1 : a.application > b.application ? 1 : 0,
    );
    await put(database, ordered);
    await addSteps(database, changes);
    await addOfficers(database, changes);
  },
};

function rowsOf(id: string, view: ApplicationView): Tables['visits'][] {
  const { application, calendars } = view;
  return factsOf(view).stays.map((stay, visit) => ({
    application: id,
    visit,
    office: application.office,
    service: application.service.id,
    unit: stay.unit,
    state: stay.state,
    officer: stay.officer ?? null,
    clock: stay.clock,
    entered_at: stay.enteredAt,
    left_at: stay.leftAt,
    left_on: localDate(stay.leftAt, calendars.timeZone),
    working_time: seconds(stay.workingTime),
    waiting_time: seconds(stay.waitingTime) ?? null,
    kept: stay.kept === undefined ? null : stay.kept ? 1 : 0,
  }));
}

/** What the stays of a file add, each on the day on which it ended. */
function additions(place: (stay: Stay) => Record<string, string> | undefined) {
  return (view: ApplicationView): Addition[] => {
    const { application, calendars } = view;
    const { office } = application;
    return factsOf(view).stays.flatMap((stay): Addition[] => {
      const at = place(stay);
      if (!at) return [];
      const period = localDate(stay.leftAt, calendars.timeZone);
      return [
        {
          key: { period, office, unit: stay.unit, service: application.service.id, ...at },
          sums: {
            visits: 1,
            kept: stay.kept === true ? 1 : 0,
            missed: stay.kept === false ? 1 : 0,
            promise_used: Math.round(stay.promiseUsed * 1_000_000),
          },
          times: {
            // What the applicant takes is no unit's time.
            working_time: stay.clock === 'running' ? seconds(stay.workingTime) : undefined,
            waiting_time: seconds(stay.waitingTime),
          },
        },
      ];
    });
  };
}

import { activeStates, stateOf, type Clock } from '@satu-atap/domain';
import type { Tables } from '../database/tables.ts';
import { createTally, tally } from '../database/tally.ts';
import type { ApplicationView, Projection } from '../projector/projection.ts';
import { unitsAt } from '../worklist/worklist.ts';
import { localDate } from './local-dates.ts';

const place = ['level', 'office', 'unit', 'service', 'state', 'officer', 'channel'] as const;
const filesKey = [...place, 'sla_status'] as const;
/** By date first: a question is about today's. */
const dueKey = ['due_on', ...place] as const;
/** In the order of the answer, which then needs no sorting. */
const agesKey = ['office', 'unit', 'began_on', 'service', 'channel'] as const;

const countFiles = tally('open_files', filesKey, (view) =>
  placesOf(view).map((at) => ({ ...at, sla_status: view.slaStatus })),
);
const countDue = tally('open_due', dueKey, (view) => {
  const dueAt = promiseOf(view)?.dueAt;
  if (dueAt === undefined) return [];
  const dueOn = localDate(dueAt, view.calendars.timeZone);
  return placesOf(view).map((at) => ({ ...at, due_on: dueOn }));
});
const countAges = tally('open_ages', agesKey, (view) => {
  const { application, service, calendars } = view;
  if (application.ended) return [];
  const began = beganAt(view);
  return [
    {
      office: application.office,
      unit: service.definition.unit,
      service: service.id,
      channel: application.channel,
      began_on: began === undefined ? '' : localDate(began, calendars.timeZone),
    },
  ];
});

/** Where open applications stand, what falls due on which day, and how old they are. */
export const openFiles: Projection = {
  name: 'open-files',
  version: 2,

  async createTables(database) {
    await createTally(database, 'open_files', filesKey);
    await createTally(database, 'open_due', dueKey);
    await createTally(database, 'open_ages', agesKey);
  },

  async project({ changes }, database) {
    await countFiles(database, changes);
    await countDue(database, changes);
    await countAges(database, changes);
  },
};

type Place = Omit<Tables['open_files'], 'sla_status' | 'applications'>;

const places = new WeakMap<ApplicationView, Place[]>();

/** Where an open application counts: as a file, at each unit, in each step, and for each officer who holds it. */
function placesOf(view: ApplicationView): Place[] {
  const there = places.get(view);
  if (there) return there;
  const { application, service } = view;
  const { office, channel, assignments } = application;
  if (application.ended) return [];
  const at = { office, service: service.id, unit: '', state: '', officer: '', channel: '' };
  const steps = activeStates(application.value).map((state) => ({
    state,
    unit: stateOf(service, state).unit,
  }));
  const units = new Set(steps.flatMap(({ state }) => unitsAt(service, state)));
  const holders = new Map(
    steps.flatMap(({ state, unit }) => {
      const officer = assignments[state];
      return officer === undefined ? [] : [[`${unit} ${officer}`, { unit, officer }] as const];
    }),
  );
  const made: Place[] = [
    { ...at, level: 'file', channel },
    ...Array.from(units, (unit) => ({ ...at, level: 'unit' as const, unit, channel })),
    ...steps.map((step) => ({ ...at, level: 'step' as const, ...step })),
    ...Array.from(holders.values(), (holder) => ({
      ...at,
      level: 'officer' as const,
      ...holder,
    })),
  ];
  places.set(view, made);
  return made;
}

function promiseOf({ clocks }: ApplicationView): Clock | undefined {
  return clocks.find(({ id }) => id === 'service');
}

/** When its promise would have had to begin to be where it is now, had it never stood still. */
function beganAt(view: ApplicationView): number | undefined {
  const promise = promiseOf(view);
  if (promise?.mode !== 'running') return undefined;
  const calendar = view.calendars.of(promise.unit);
  return promise.pauses.reduce(
    (began, { from, to }) =>
      to === undefined ? began : calendar.addWorkingTime(began, calendar.workingTime(from, to)),
    promise.startedAt,
  );
}

import type { Between, Todays } from '@satu-atap/projections';
import { listOf, type ListQuery } from './drill-down.ts';

/** What a figure is told of: its own place, and what the question was narrowed to. */
type Place = Record<string, string | undefined>;

/** The lists behind figures of what is open now. */
export function openLinks(place: ListQuery, todays: Todays): Record<string, string> {
  const open = { ...place, ended: 'false' };
  const standing = (slaStatus: string) => listOf({ ...open, slaStatus });
  // Where offices are a day apart, "today" is one office's at a time.
  const days = new Set(
    place['office'] === undefined ? todays.values() : [todays.get(place['office'])],
  );
  const [dueOn] = days;
  return {
    open: listOf(open),
    ...(days.size === 1 ? { dueToday: listOf({ ...open, dueOn }) } : {}),
    onTime: standing('on-time'),
    atRisk: standing('at-risk'),
    overdue: standing('overdue'),
    paused: standing('paused'),
    notStarted: standing('not-started'),
    doneInTime: standing('finished-in-time'),
    doneLate: standing('finished-late'),
  };
}

/** The lists behind figures of what was received and ended in a period. */
export function finishedLinks({ unit, ...place }: Place, { from, to }: Between) {
  const at = { ...place, serviceUnit: unit };
  const ended = { ...at, endedFrom: from.toString(), endedTo: to.toString() };
  return {
    received: listOf({ ...at, submittedFrom: from.toString(), submittedTo: to.toString() }),
    finished: listOf(ended),
    inTime: listOf({ ...ended, slaStatus: 'finished-in-time' }),
    late: listOf({ ...ended, slaStatus: 'finished-late' }),
  };
}

/** The lists behind figures of steps: applications that made such a visit, each once. */
export function visitLinks({ unit, step, officer, ...place }: Place, { from, to }: Between) {
  const visited = {
    ...place,
    left: step,
    leftUnit: unit,
    leftBy: officer,
    leftFrom: from.toString(),
    leftTo: to.toString(),
  };
  return {
    visits: listOf(visited),
    kept: listOf({ ...visited, leftKept: 'true' }),
    missed: listOf({ ...visited, leftKept: 'false' }),
  };
}

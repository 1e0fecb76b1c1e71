import type { Offices } from '@satu-atap/domain';
import type { AgeRow } from '@satu-atap/projections';
import { z } from 'zod';
import { route } from '../../http/route.ts';
import { isProblematic } from '../../problems/problem.ts';
import { ageGroup } from '../../views/figure-schemas.ts';
import { answerTable, figuresResponse } from './answer.ts';
import { channelQuery, figureHeaders, placeQuery, scopeOf } from './common.ts';

/** Working days used, at most, of each group; the last is open. */
const groups = [0, 1, 2, 3, 5, 10, 20, 40, 60] as const;

const answer = z.strictObject({ items: z.array(ageGroup) });

export const getAgeing = route({
  method: 'get',
  path: '/api/v1/figures/ageing',
  tag: 'figures',
  summary: 'Open applications by how many working days of their promise they have used',
  description:
    'By the calendar of the unit that answers; the last group has those whose promise does not run.',
  query: z.strictObject({ ...placeQuery, ...channelQuery }),
  headers: figureHeaders,
  responses: { 200: figuresResponse('Figures, the youngest first.', answer) },
  async handle(call, api) {
    const scope = await scopeOf(call, api);
    if (isProblematic(scope)) return scope;
    const rows = await api.readModels.figures.ages(scope.filter);
    const items = aged(rows, api.offices, Temporal.Now.instant().epochMilliseconds);
    return answerTable(call.request, { items }, () => items);
  },
});

type Group = z.infer<typeof ageGroup>;

/** @param now epoch milliseconds */
export function aged(rows: readonly AgeRow[], offices: Offices, now: number): Group[] {
  const counts = new Map<number | undefined, number>();
  const daysSince = remembered((began, calendar) => workingDaysSince(began, now, calendar));
  for (const { office, unit, beganOn, applications } of rows) {
    const calendars = offices.get(office)?.calendars;
    const days =
      beganOn === undefined || !calendars ? undefined : daysSince(beganOn, calendars.of(unit));
    const group = days === undefined ? undefined : groups.findIndex((most) => days <= most);
    counts.set(group, (counts.get(group) ?? 0) + applications);
  }
  return [
    ...groups.map((most, index): Group => ({
      from: index === 0 ? 0 : (groups[index - 1] ?? 0) + 1,
      to: most,
      applications: counts.get(index) ?? 0,
    })),
    { from: (groups.at(-1) ?? 0) + 1, applications: counts.get(-1) ?? 0 },
    { applications: counts.get(undefined) ?? 0 },
  ];
}

type Calendar = ReturnType<NonNullable<ReturnType<Offices['get']>>['calendars']['of']>;

/** Most units work by one calendar: each of its days is counted once. */
function remembered(count: (began: string, calendar: Calendar) => number): typeof count {
  const known = new Map<Calendar, Map<string, number>>();
  return (began, calendar) => {
    const days = known.get(calendar) ?? new Map<string, number>();
    known.set(calendar, days);
    const there = days.get(began) ?? count(began, calendar);
    days.set(began, there);
    return there;
  };
}

/** Working days that have closed since: the day of receipt does not count, nor a day that is not over. */
function workingDaysSince(began: string, now: number, calendar: Calendar): number {
  const begins = Temporal.PlainDate.from(began).toZonedDateTime(
    calendar.timeZone,
  ).epochMilliseconds;
  let low = 0;
  for (let high = 1; ; high *= 2) {
    if (calendar.due(begins, { amount: high, unit: 'working-days' }) > now) {
      let above = high;
      while (above - low > 1) {
        const middle = Math.floor((low + above) / 2);
        if (calendar.due(begins, { amount: middle, unit: 'working-days' }) <= now) low = middle;
        else above = middle;
      }
      return low;
    }
    low = high;
  }
}

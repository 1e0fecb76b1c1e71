import type { CalendarDefinition, Duration } from '@satu-atap/domain';

/**
 * A second computation of due dates that shares nothing with the engine's: it walks the minutes of a
 * calendar as it is written.
 */

/** Zones without daylight saving: hours ahead of UTC. */
export const zones = { 'Asia/Jakarta': 7, 'Asia/Makassar': 8, 'Asia/Jayapura': 9 } as const;
export type Zone = keyof typeof zones;
export const minute = 60_000;

export const instantOf = (local: string, zone: Zone) =>
  Date.parse(`${local}Z`) - zones[zone] * 60 * minute;
export const localOf = (instant: number, zone: Zone) =>
  new Date(instant + zones[zone] * 60 * minute).toISOString().slice(0, 16);

/** Due dates by counting every minute of the local clock. */
export function walkedDue(
  definition: CalendarDefinition,
  zone: Zone,
  from: number,
  { amount, unit }: Duration,
): number {
  if (unit === 'calendar-days' || unit === 'working-days') {
    let counted = 0;
    for (let date = localOf(from, zone).slice(0, 10); ;) {
      date = dayAfter(date);
      const intervals = intervalsOf(definition, date);
      if (unit === 'working-days' && intervals.length === 0) continue;
      counted += 1;
      if (counted < amount) continue;
      const close = intervals.at(-1)?.[1];
      if (unit === 'working-days') return instantOf(`${date}T${close}`, zone);
      return instantOf(`${dayAfter(date)}T00:00`, zone);
    }
  }
  return walkedOn(definition, zone, from, unit === 'working-hours' ? amount * 60 : amount);
}

/** Working minutes between two instants, one by one. */
export function walkedMinutes(
  definition: CalendarDefinition,
  zone: Zone,
  from: number,
  to: number,
) {
  let minutes = 0;
  for (let instant = from; instant < to; instant += minute) {
    if (isOpen(definition, localOf(instant, zone))) minutes += 1;
  }
  return minutes;
}

function isOpen(definition: CalendarDefinition, local: string): boolean {
  const [date = '', time = ''] = local.split('T');
  return intervalsOf(definition, date).some(([opens, closes]) => opens <= time && time < closes);
}

function intervalsOf({ week, periods = [], holidays }: CalendarDefinition, date: string) {
  if (holidays.some((holiday) => holiday.date === date)) return [];
  const names = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
  const day = names[new Date(`${date}T00:00Z`).getUTCDay()] as keyof typeof week;
  const period = periods.find(({ from, to }) => date >= from && date <= to);
  return (period?.week ?? week)[day] ?? [];
}

function dayAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00Z`) + 24 * 60 * minute).toISOString().slice(0, 10);
}

/** The instant by which so many working minutes have passed. */
export function walkedOn(
  definition: CalendarDefinition,
  zone: Zone,
  from: number,
  minutes: number,
): number {
  let instant = from;
  for (let left = minutes; left > 0; instant += minute) {
    if (isOpen(definition, localOf(instant, zone))) left -= 1;
  }
  return instant;
}

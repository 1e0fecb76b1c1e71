/**
 * Figures are kept by day, week and month, so that a long time is read in few rows. A period is
 * named by its first part: `2026-03-31`, `2026-03-30W` (the Monday), `2026-03`.
 */
export type Period = string;

const cached = new Map<string, [day: Period, week: Period, month: Period]>();

/** The periods that a local date belongs to. */
export function periodsOf(date: string): readonly [day: Period, week: Period, month: Period] {
  const there = cached.get(date);
  if (there) return there;
  const periods: [string, string, string] = [
    date,
    `${mondayOf(Temporal.PlainDate.from(date)).toString()}W`,
    date.slice(0, 7),
  ];
  cached.set(date, periods);
  return periods;
}

/** The fewest periods that make up the time from one local date to another, both included. */
export function periodsBetween(from: Temporal.PlainDate, to: Temporal.PlainDate): Period[] {
  const periods: Period[] = [];
  for (let day = from; Temporal.PlainDate.compare(day, to) <= 0;) {
    const month = day.day === 1 ? day.add({ months: 1 }) : undefined;
    const week = day.dayOfWeek === 1 ? day.add({ days: 7 }) : undefined;
    const fits = (next: Temporal.PlainDate | undefined) =>
      next !== undefined && Temporal.PlainDate.compare(next.subtract({ days: 1 }), to) <= 0;
    const [text] = periodsOf(day.toString());
    if (month && fits(month)) {
      periods.push(text.slice(0, 7));
      day = month;
    } else if (week && fits(week) && !reachesAMonth(day, to)) {
      periods.push(`${text}W`);
      day = week;
    } else {
      periods.push(text);
      day = day.add({ days: 1 });
    }
  }
  return periods;
}

/** Whether a week that begins here would cut into a whole month that fits. */
function reachesAMonth(monday: Temporal.PlainDate, to: Temporal.PlainDate): boolean {
  const first = monday.with({ day: 1 }).add({ months: 1 });
  const isWithin = Temporal.PlainDate.compare(first, monday.add({ days: 7 })) < 0;
  const last = first.add({ months: 1 }).subtract({ days: 1 });
  return isWithin && Temporal.PlainDate.compare(last, to) <= 0;
}

export function mondayOf(date: Temporal.PlainDate): Temporal.PlainDate {
  return date.subtract({ days: date.dayOfWeek - 1 });
}

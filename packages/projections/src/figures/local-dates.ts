/** Local midnights fall on whole quarters of an hour everywhere: an instant's quarter tells its date. */
const quarter = 15 * 60_000;
const keptQuarters = 100_000;

const known = new Map<string, Map<number, string>>();

/** The local date of an instant (epoch milliseconds) in a time zone: `2026-03-31`. */
export function localDate(instant: number, timeZone: string): string {
  const zone = known.get(timeZone) ?? new Map<number, string>();
  known.set(timeZone, zone);
  const key = Math.floor(instant / quarter);
  const there = zone.get(key);
  if (there !== undefined) return there;
  if (zone.size >= keptQuarters) zone.clear();
  const date = Temporal.Instant.fromEpochMilliseconds(instant)
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toString();
  zone.set(key, date);
  return date;
}

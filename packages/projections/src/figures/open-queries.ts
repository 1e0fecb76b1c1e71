import { sql, type Kysely } from 'kysely';
import { equal } from '../database/equal.ts';
import type { Tables } from '../database/tables.ts';
import { openStandings, type OpenFigures, type Todays } from './figures.ts';
import { keyOf } from './places.ts';

export type OpenQuestion = {
  /** Files count once as a file, once for each unit that has them, or once in each step. */
  level: 'file' | 'unit' | 'step';
  by: readonly string[];
  filter: Record<string, string | undefined>;
  todays: Todays;
};

/** What is open now, by the key of its place. */
export async function openFigures(
  database: Kysely<Tables>,
  { level, by, filter, todays }: OpenQuestion,
): Promise<Map<string, OpenFigures>> {
  const figures = new Map<string, OpenFigures>();
  const at = (row: object) => {
    const key = keyOf(by, row);
    const there = figures.get(key) ?? noneOpen();
    figures.set(key, there);
    return there;
  };
  const columns = by.map((column) => sql.ref(column));
  const select = sql.join([...columns, sql.ref('sla_status'), sql`sum(applications) AS files`]);
  const groups = sql.join([...columns, sql.ref('sla_status')]);
  const { rows } = await sql<Tables['open_files'] & { files: number }>`
    SELECT ${select} FROM open_files WHERE ${equal({ level, ...filter })} GROUP BY ${groups}
  `.execute(database);
  for (const row of rows) {
    const place = at(row);
    place.open += row.files;
    const standing = openStandings[row.sla_status];
    if (standing) place[standing] += row.files;
  }
  for (const [date, offices] of datesOf(todays)) {
    const due = await database
      .selectFrom('open_due')
      .selectAll()
      .where('due_on', '=', date)
      .where('office', 'in', offices)
      .where(equal({ level, ...filter }))
      .execute();
    for (const row of due) at(row).dueToday += row.applications;
  }
  return figures;
}

export function noneOpen(): OpenFigures {
  return { open: 0, dueToday: 0, onTime: 0, atRisk: 0, overdue: 0, paused: 0, notStarted: 0 };
}

/** The offices where it is the same day: in three time zones there are two at the most. */
function datesOf(todays: Todays): Map<string, string[]> {
  const dates = new Map<string, string[]>();
  for (const [office, date] of todays) dates.set(date, [...(dates.get(date) ?? []), office]);
  return dates;
}

import { sql, type Kysely } from 'kysely';
import { equal } from '../database/equal.ts';
import type { Tables } from '../database/tables.ts';
import { openStandings, type OpenFigures, type Todays } from './figures.ts';
import { keyOf } from './places.ts';

type Sql = ReturnType<typeof sql>;

export type OpenQuestion = {
  /** What a file counts once for. */
  level: Tables['open_files']['level'];
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
  const grouped = async (table: 'open_files' | 'open_due', more: string[], where: Sql) => {
    const groups = [...columns, ...more.map((column) => sql.ref(column))];
    const groupBy = groups.length > 0 ? sql`GROUP BY ${sql.join(groups)}` : sql``;
    const { rows } = await sql<Tables['open_files'] & { files: number | null }>`
      SELECT ${sql.join([...groups, sql`sum(applications) AS files`])} FROM ${sql.table(table)}
      WHERE ${equal({ level, ...filter })} AND ${where} ${groupBy}
    `.execute(database);
    return rows;
  };
  for (const row of await grouped('open_files', ['sla_status'], sql`1 = 1`)) {
    const place = at(row);
    const files = row.files ?? 0;
    place.open += files;
    const standing = openStandings[row.sla_status];
    if (standing) place[standing] += files;
  }
  for (const [date, offices] of datesOf(todays)) {
    const today = sql`due_on = ${date} AND office IN (${sql.join(offices)})`;
    for (const row of await grouped('open_due', [], today)) at(row).dueToday += row.files ?? 0;
  }
  return figures;
}

export function noneOpen(): OpenFigures {
  return {
    open: 0,
    dueToday: 0,
    onTime: 0,
    atRisk: 0,
    overdue: 0,
    paused: 0,
    notStarted: 0,
    doneInTime: 0,
    doneLate: 0,
  };
}

/** The offices where it is the same day: in three time zones there are two at the most. */
function datesOf(todays: Todays): Map<string, string[]> {
  const dates = new Map<string, string[]>();
  for (const [office, date] of todays) dates.set(date, [...(dates.get(date) ?? []), office]);
  return dates;
}

import { sql, type RawBuilder } from 'kysely';

/** A condition: these columns have these values; a column without a value may have any. */
export function equal(values: Record<string, string | undefined>): RawBuilder<boolean> {
  const conditions = Object.entries(values).flatMap(([column, value]) =>
    value === undefined ? [] : [sql`${sql.ref(column)} = ${value}`],
  );
  return conditions.length === 0 ? sql`1 = 1` : sql`${sql.join(conditions, sql` AND `)}`;
}

import { sql, type Kysely } from 'kysely';
import { tableKeys, type ReadModelTable } from '../database/table-keys.ts';
import type { Tables } from '../database/tables.ts';

type Value = string | number | null;
type Row = Record<string, Value>;

/** A row that is not what the events say. */
export type RowDifference = {
  table: ReadModelTable;
  /** The columns by which the row is known. */
  key: Row;
  /** The application that it is about, where it is about one. */
  application?: string;
} & (
  | { difference: 'missing' }
  | { difference: 'extra' }
  | { difference: 'otherwise'; column: string; is: Value; shouldBe: Value }
);

/** Rows read at a time: whole applications among them. */
const pageSize = 500;

/**
 * Compares every row of every read model, table by table, in the order of their keys; in memory is a page
 * of each side.
 *
 * @param onRows called with how many rows were compared, page by page
 */
export async function* compareTables(
  is: Kysely<Tables>,
  shouldBe: Kysely<Tables>,
  onRows: (rows: number) => void = () => undefined,
): AsyncGenerator<RowDifference> {
  for (const [table, keys] of Object.entries(tableKeys) as [ReadModelTable, readonly string[]][]) {
    const there = rowsOf(is, table, keys, onRows);
    const wanted = rowsOf(shouldBe, table, keys);
    let [one, other] = [await there.next(), await wanted.next()];
    while (!one.done || !other.done) {
      const order = one.done ? 1 : other.done ? -1 : compareKeys(one.value, other.value, keys);
      if (order <= 0 && !one.done) {
        if (order < 0) yield { ...placeOf(table, one.value, keys), difference: 'extra' };
        else if (!other.done) yield* columnsOtherwise(table, one.value, other.value, keys);
        one = await there.next();
      } else if (!other.done) {
        yield { ...placeOf(table, other.value, keys), difference: 'missing' };
      }
      if (order >= 0) other = await wanted.next();
    }
  }
}

function* columnsOtherwise(
  table: ReadModelTable,
  row: Row,
  wanted: Row,
  keys: readonly string[],
): Generator<RowDifference> {
  for (const [column, value] of Object.entries(wanted)) {
    const shouldBe = storable(value);
    const is = row[column] ?? null;
    if (storable(is) === shouldBe) continue;
    yield { ...placeOf(table, row, keys), difference: 'otherwise', column, is, shouldBe };
  }
}

function placeOf(table: ReadModelTable, row: Row, keys: readonly string[]) {
  const key = Object.fromEntries(keys.map((column) => [column, row[column] ?? null]));
  const id = table === 'applications' ? row['id'] : row['application'];
  return { table, key, ...(typeof id === 'string' ? { application: id } : {}) };
}

/** All rows of a table, page after page from the key of the one before. */
async function* rowsOf(
  database: Kysely<Tables>,
  table: ReadModelTable,
  keys: readonly string[],
  onRows: (rows: number) => void = () => undefined,
): AsyncGenerator<Row, undefined> {
  const columns = sql.join(keys.map((key) => sql.ref(key)));
  for (let last: Row | undefined; ;) {
    const place = last && sql.join(keys.map((key) => sql.val(last?.[key])));
    const after = place ? sql`WHERE (${columns}) > (${place})` : sql``;
    const query = sql<Row>`
      SELECT * FROM ${sql.table(table)} ${after} ORDER BY ${columns} LIMIT ${sql.lit(pageSize)}`;
    const { rows } = await query.execute(database);
    yield* rows;
    onRows(rows.length);
    last = rows.at(-1);
    if (rows.length < pageSize) return undefined;
  }
}

function compareKeys(one: Row, other: Row, keys: readonly string[]): number {
  for (const key of keys) {
    const [a, b] = [storable(one[key] ?? null), storable(other[key] ?? null)];
    if (a === b) continue;
    if (typeof a === 'number' && typeof b === 'number') return a - b;
    return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
  }
  return 0;
}

/** Text as PostgreSQL can hold it: see its connection. */
function storable(value: Value): Value {
  return typeof value === 'string' && value.includes('\0')
    ? value.replaceAll('\0', '\u{FFFD}')
    : value;
}

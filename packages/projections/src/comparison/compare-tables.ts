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
    const there = new Rows(is, table, keys, onRows);
    const wanted = new Rows(shouldBe, table, keys);
    for (;;) {
      if (!there.first) await there.load();
      if (!wanted.first) await wanted.load();
      const [{ first: one }, { first: other }] = [there, wanted];
      const order = one && other ? compareKeys(one, other, keys) : one ? -1 : 1;
      if (one && other && order === 0) {
        if (isOtherwise(one, other)) yield* columnsOtherwise(table, one, other, keys);
      } else if (one && order < 0) yield { ...placeOf(table, one, keys), difference: 'extra' };
      else if (other) yield { ...placeOf(table, other, keys), difference: 'missing' };
      else break;
      if (order <= 0) there.drop();
      if (order >= 0) wanted.drop();
    }
  }
}

/** Whether a row differs at all: asked of each, and nearly none does. */
function isOtherwise(row: Row, wanted: Row): boolean {
  for (const column in wanted) {
    if (row[column] !== wanted[column]) return true;
  }
  return false;
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

/** All rows of a table in the order of their keys, page after page from the key of the one before. */
class Rows {
  readonly #database: Kysely<Tables>;
  readonly #table: ReadModelTable;
  readonly #keys: readonly string[];
  readonly #onRows: (rows: number) => void;
  #page: readonly Row[] = [];
  #next = 0;
  #ended = false;

  constructor(
    database: Kysely<Tables>,
    table: ReadModelTable,
    keys: readonly string[],
    onRows: (rows: number) => void = () => undefined,
  ) {
    this.#database = database;
    this.#table = table;
    this.#keys = keys;
    this.#onRows = onRows;
  }

  /** The next that is at hand. */
  get first(): Row | undefined {
    return this.#page[this.#next];
  }

  drop(): void {
    this.#next += 1;
  }

  /** Reads on, when nothing is at hand, if there is more. */
  async load(): Promise<void> {
    if (this.#ended) return;
    const last = this.#page.at(-1);
    const columns = sql.join(this.#keys.map((key) => sql.ref(key)));
    const place = last && sql.join(this.#keys.map((key) => sql.val(last[key])));
    const after = place ? sql`WHERE (${columns}) > (${place})` : sql``;
    const query = sql<Row>`
      SELECT * FROM ${sql.table(this.#table)} ${after} ORDER BY ${columns} LIMIT ${sql.lit(pageSize)}`;
    const { rows } = await query.execute(this.#database);
    this.#onRows(rows.length);
    this.#page = rows;
    this.#next = 0;
    this.#ended = rows.length < pageSize;
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

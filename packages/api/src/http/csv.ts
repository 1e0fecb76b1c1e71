import { Readable } from 'node:stream';

export const csvType = 'text/csv';

/** A cell's value; what is not there is an empty cell. */
type Cell = string | number | undefined;
/** Rows that all have the same columns, by name. */
export type CsvRow = Record<string, Cell>;

/** What spreadsheets take for the beginning of a formula. */
const formula = /^[=+\-@\t\r]/;

/**
 * RFC 4180, a line at a time. A text that a spreadsheet would take for a formula begins with an
 * apostrophe instead (CWE-1236): names come from definitions and tokens, and are not ours to trust.
 */
export function csvOf(columns: readonly string[], rows: Iterable<CsvRow>): Readable {
  return Readable.from(lines(columns, rows));
}

function* lines(columns: readonly string[], rows: Iterable<CsvRow>): Generator<string> {
  yield line(columns);
  for (const row of rows) yield line(columns.map((column) => row[column]));
}

function line(cells: readonly Cell[]): string {
  return `${cells.map(written).join(',')}\r\n`;
}

function written(cell: Cell): string {
  if (cell === undefined) return '';
  if (typeof cell === 'number') return String(cell);
  const safe = formula.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A nested answer as cells: `{ now: { open: 1 } }` is a column `now.open`. */
export function flat(value: object, prefix = ''): CsvRow {
  const row: CsvRow = {};
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === 'object' && inner !== null)
      Object.assign(row, flat(inner, `${prefix}${key}.`));
    else row[`${prefix}${key}`] = inner as Cell;
  }
  return row;
}

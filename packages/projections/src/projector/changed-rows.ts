import type { ApplicationChange, ApplicationView } from './projection.ts';

/**
 * How the rows that a read model derives from applications changed: those to delete, and those to
 * insert or update. Rows are equal when all their columns are.
 */
export function changedRows<Row extends object>(
  changes: readonly ApplicationChange[],
  rowsOf: (id: string, view: ApplicationView) => Row[],
  key: readonly (keyof Row)[],
): { gone: Row[]; changed: Row[] } {
  const gone: Row[] = [];
  const changed: Row[] = [];
  for (const { id, before, after } of changes) {
    const old = before ? rowsOf(id, before) : [];
    const now = rowsOf(id, after);
    gone.push(...old.filter((row) => !now.some((other) => same(row, other, key))));
    changed.push(...now.filter((row) => !old.some((other) => same(row, other, columnsOf(row)))));
  }
  return { gone, changed };
}

function same<Row>(a: Row, b: Row, columns: readonly (keyof Row)[]): boolean {
  return columns.every((column) => a[column] === b[column]);
}

function columnsOf<Row extends object>(row: Row): (keyof Row)[] {
  return Object.keys(row) as (keyof Row)[];
}

import { z } from 'zod';
import { InvalidCursorError, type Page, type PageRequest } from './read-models.ts';

/** The place after a row: the values that a list is ordered by. */
export type CursorValues = readonly (string | number)[];

const values = z.array(z.union([z.string(), z.int()]));

/** Opaque to those who pass it on, but nothing secret: base64url of JSON. */
export function encodeCursor(cursor: CursorValues): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** @throws InvalidCursorError */
export function decodeCursor<Shape extends CursorValues>(
  { after }: PageRequest,
  ...kinds: { [Index in keyof Shape]: Shape[Index] extends string ? 'string' : 'number' }
): Shape | undefined {
  if (after === undefined) return undefined;
  try {
    const cursor = values.parse(JSON.parse(Buffer.from(after, 'base64url').toString('utf8')));
    const fits =
      cursor.length === kinds.length &&
      cursor.every((value, index) => typeof value === kinds[index]);
    if (fits) return cursor as unknown as Shape;
  } catch {
    // Falls through: it was not one of ours.
  }
  throw new InvalidCursorError('the cursor is not one that this list has given');
}

/** A page of rows that were asked for with one more than the limit, to see whether there are more. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  { limit }: PageRequest,
  item: (row: Row) => Item,
  cursor: (row: Row) => CursorValues,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(item),
    ...(rows.length > limit && last ? { next: encodeCursor(cursor(last)) } : {}),
  };
}

/**
 * Where events lie in the log, as the real server counts: bytes from its beginning, so positions
 * grow, but not by one. Every event is taken to fill as many bytes; its commit and its prepare
 * position are the same, as for everything that is written over gRPC.
 */
export type LogPosition = { commit: number; prepare: number };

const recordLength = 128;

/** The position of the event in that row of the file. */
export function positionOf(row: number): number {
  return row * recordLength;
}

/** Where the record after that row's begins: a page of $all that ends with the row is continued here. */
export function positionAfter(row: number): LogPosition {
  return { commit: positionOf(row + 1), prepare: 0 };
}

/** The first row whose event lies at or after the position. */
export function firstRowAt({ commit, prepare }: LogPosition): number {
  const row = Math.ceil(commit / recordLength);
  return positionOf(row) === commit && prepare > commit ? row + 1 : row;
}

/** A position beyond which no log grows; what JavaScript counts exactly ends here. */
export const farthest = Number.MAX_SAFE_INTEGER - recordLength;

/** An unsigned 64-bit number of the protocol, at most `farthest`. */
export function fromWire(text: string): number {
  return Math.min(Number(text), farthest);
}

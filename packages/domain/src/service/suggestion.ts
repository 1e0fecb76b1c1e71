/** Names further apart than this share of their length are not mistaken for one another. */
const nearEnough = 1 / 3;
/** Of more names than this nobody wrote one by mistake for another. */
const mostCompared = 1_000;

/**
 * The name that was probably meant: the nearest of the known ones, if one is near.
 *
 * @returns undefined when nothing is near, or the name itself is among the known
 */
export function nearest(given: string, known: Iterable<string>): string | undefined {
  let best: { name: string; distance: number } | undefined;
  let compared = 0;
  for (const name of known) {
    if (name === given || ++compared > mostCompared) return undefined;
    const within = Math.floor(Math.max(given.length, name.length) * nearEnough);
    if (Math.abs(name.length - given.length) > within || given.length > 100) continue;
    const distance = editDistance(given.toLowerCase(), name.toLowerCase());
    if (distance <= within && distance < (best?.distance ?? Infinity)) best = { name, distance };
  }
  return best?.name;
}

/** `; did you mean "check"?`, or nothing. */
export function didYouMean(given: string, known: Iterable<string>): string {
  const meant = nearest(given, known);
  return meant === undefined ? '' : `; did you mean "${meant}"?`;
}

/** Letters to insert, leave out, replace, or swap with their neighbour (Damerau and Levenshtein). */
export function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? Infinity;
  for (let row = 1; row <= a.length; row++) {
    rows.push([row]);
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      rows[row]?.push(
        Math.min(
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          at(row - 1, column - 1) + (same ? 0 : 1),
          swapped && row > 1 && column > 1 ? at(row - 2, column - 2) + 1 : Infinity,
        ),
      );
    }
  }
  return at(a.length, b.length);
}

/** What was known of states, under the names that these states have now. */
export function renamed<T>(known: Map<string, T>, places: Record<string, string>): Map<string, T> {
  return new Map(
    [...known].flatMap(([path, what]) => {
      const place = places[path];
      return place === undefined ? [] : [[place, what] as const];
    }),
  );
}

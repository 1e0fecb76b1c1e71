/** What a row is added up by, as one text; officers' ids may hold any character. */
export function keyOf(by: readonly string[], row: object): string {
  return JSON.stringify(by.map((column) => (row as Record<string, unknown>)[column]));
}

/** The parts of such a key, by their names. */
export function placeOf<Name extends string>(
  by: readonly Name[],
  key: string,
): Partial<Record<Name, string>> {
  const values = JSON.parse(key) as string[];
  const entries = by.map((name, index) => [name, values[index] ?? ''] as const);
  return Object.fromEntries(entries) as Partial<Record<Name, string>>;
}

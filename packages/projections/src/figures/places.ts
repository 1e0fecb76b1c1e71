/** Separates the parts of a key: no name has it. */
const separator = '\n';

/** What a row is added up by, as one text. */
export function keyOf(by: readonly string[], row: object): string {
  return by.map((column) => String((row as Record<string, unknown>)[column])).join(separator);
}

/** The parts of such a key, by their names. */
export function placeOf<Name extends string>(
  by: readonly Name[],
  key: string,
): Partial<Record<Name, string>> {
  const values = key.split(separator);
  const entries = by.map((name, index) => [name, values[index] ?? ''] as const);
  return Object.fromEntries(entries) as Partial<Record<Name, string>>;
}

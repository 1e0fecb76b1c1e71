type Identified = { readonly id: string };

/**
 * Whether an append has happened before, told by its ids and those that stand at its place: all of
 * them, which makes it the same append; some, which makes it neither the same nor another; or none.
 */
export function repeated(
  standing: readonly Identified[],
  events: readonly Identified[],
): 'all' | 'some' | 'none' {
  const isSame =
    standing.length === events.length &&
    standing.every(({ id }, index) => id === events[index]?.id);
  if (isSame) return 'all';
  const wanted = new Set(events.map(({ id }) => id));
  return standing.some(({ id }) => wanted.has(id)) ? 'some' : 'none';
}

/** Lines that are printed of many that say the same of one thing after the other. */
const mostLines = 5;

/** The first lines, and how many more there are where there are more than a few. */
export function firstLines(lines: readonly string[], more: (count: number) => string): string[] {
  const rest = lines.length - mostLines;
  return rest > 1 ? [...lines.slice(0, mostLines), more(rest)] : [...lines];
}

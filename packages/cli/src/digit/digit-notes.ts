/** Things to report, each once, with the lines of the file that they are about. */
export class Notes {
  readonly #lines = new Map<string, Set<number>>();

  /** @param text a sentence without its full stop; @param lines counted from 1, none for the whole */
  add(text: string, ...lines: number[]): void {
    const known = this.#lines.get(text) ?? new Set();
    for (const line of lines) known.add(line);
    this.#lines.set(text, known);
  }

  /** Each as a sentence with its place: `… (lines 3 and 9).` */
  list(): string[] {
    return [...this.#lines].map(([text, lines]) => `${text}${placeOf([...lines])}.`);
  }
}

const mostLines = 6;

function placeOf(lines: readonly number[]): string {
  const [first] = lines;
  if (first === undefined) return '';
  if (lines.length === 1) return ` (line ${first})`;
  const shown = lines.slice(0, lines.length > mostLines ? mostLines - 1 : -1);
  const last = lines.length > mostLines ? `${lines.length - shown.length} more` : lines.at(-1);
  return ` (lines ${shown.join(', ')} and ${last})`;
}

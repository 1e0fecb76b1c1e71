import { exportedCases, type ExportScope, type ExportSource } from '../cases/exported-cases.ts';
import type { ExportedCase, ExportedEvent } from '../cases/exported-case.ts';
import { CsvColumns, flat, type CsvColumn } from './csv-columns.ts';
import { asText, csvLine } from './csv-text.ts';

const pieceSize = 256 * 1024;

export type CsvOptions = {
  /** Columns to begin with; those that process-mining tools look for by default. */
  columns?: readonly CsvColumn[] | undefined;
  /** Guard imported texts against being taken for formulas, too, though that changes them. */
  forSpreadsheets: boolean;
};

/**
 * A row for each event, in CSV (RFC 4180, UTF-8). Reads everything twice: the first pass finds out which
 * columns there are, and no row is kept for it.
 *
 * @throws as `exportedCases` does; what was given until then is not whole
 */
export async function* csvExport(
  source: ExportSource,
  scope: ExportScope,
  { columns: given, forSpreadsheets }: CsvOptions,
): AsyncGenerator<string> {
  const columns = new CsvColumns(given);
  for await (const cases of exportedCases(source, scope)) for (const one of cases) columns.add(one);
  const rows = new Rows(columns.all, forSpreadsheets);
  let piece = csvLine(columns.all.map(({ name }) => name));
  for await (const cases of exportedCases(source, scope)) {
    for (const one of cases) {
      piece += rows.of(one);
      if (piece.length < pieceSize) continue;
      yield piece;
      piece = '';
    }
  }
  if (piece !== '') yield piece;
}

class Rows {
  readonly #width: number;
  readonly #places: Record<CsvColumn['of'], Map<string, number>> = {
    case: new Map(),
    event: new Map(),
  };
  readonly #forSpreadsheets: boolean;

  constructor(columns: readonly CsvColumn[], forSpreadsheets: boolean) {
    this.#width = columns.length;
    for (const [place, { of, key }] of columns.entries()) this.#places[of].set(key, place);
    this.#forSpreadsheets = forSpreadsheets;
  }

  of({ attributes, events }: ExportedCase): string {
    const ofCase = Array.from<string>({ length: this.#width }).fill('');
    // Texts of our own cases are nobody's to give back exactly.
    const isImported = events.some(isImportedEvent) || events.length === 0;
    this.#fill(ofCase, 'case', attributes, isImported);
    let text = '';
    for (const event of events) {
      const cells = [...ofCase];
      this.#fill(cells, 'event', event.attributes, isImportedEvent(event));
      text += csvLine(cells);
    }
    return text;
  }

  #fill(
    cells: string[],
    of: CsvColumn['of'],
    attributes: ExportedEvent['attributes'],
    isImported: boolean,
  ): void {
    const filled = new Set<number>();
    const guards = this.#forSpreadsheets || !isImported;
    for (const [key, [, type, value]] of flat(attributes)) {
      const place = this.#places[of].get(key);
      if (place === undefined || filled.has(place)) continue;
      filled.add(place);
      const isText = type === 'string' || type === 'id';
      cells[place] = guards && isText ? asText(value) : value;
    }
  }
}

function isImportedEvent({ happening: { event } }: ExportedEvent): boolean {
  return event.type === 'StepTaken' && event.data.imported !== undefined;
}

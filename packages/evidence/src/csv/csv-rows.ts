import type { ExportedCase, ExportedEvent } from '../cases/exported-case.ts';
import { flat, type CsvColumn } from './csv-columns.ts';
import { asText, csvLine } from './csv-text.ts';

/** Writes the events of cases as rows. */
export class CsvRows {
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

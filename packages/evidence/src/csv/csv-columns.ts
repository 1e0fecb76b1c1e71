import type { LogAttribute } from '@satu-atap/domain';
import type { ExportedCase } from '../cases/exported-case.ts';

/** A column, and the key of the attribute in it: of the case, or of the event. */
export type CsvColumn = { name: string; of: 'case' | 'event'; key: string };

/** The columns that process-mining tools look for, first. */
export const usualColumns: readonly CsvColumn[] = [
  { name: 'case:concept:name', of: 'case', key: 'concept:name' },
  ...[
    'concept:name',
    'time:timestamp',
    'lifecycle:transition',
    'org:resource',
    'org:role',
    'org:group',
  ].map((key): CsvColumn => ({ name: key, of: 'event', key })),
  { name: 'sequence', of: 'event', key: 'satuatap:sequence' },
];

const none: CsvColumn[] = [];

/** Gathers what the cases have, so that every attribute gets a column. */
export class CsvColumns {
  readonly #columns: CsvColumn[];
  readonly #known: Record<CsvColumn['of'], Set<string>> = { case: new Set(), event: new Set() };
  readonly #names = new Set<string>();

  /** @param given the columns to begin with, where the log has columns of its own */
  constructor(given: readonly CsvColumn[] = usualColumns) {
    this.#columns = [];
    for (const column of given) this.#add(column);
  }

  get all(): readonly CsvColumn[] {
    return this.#columns;
  }

  /** @returns columns that are needed for the first time */
  add({ attributes, events }: ExportedCase): CsvColumn[] {
    const before = this.#columns.length;
    for (const [key] of flat(attributes)) this.need({ of: 'case', key });
    for (const { attributes: ofEvent } of events) {
      for (const [key] of flat(ofEvent)) this.need({ of: 'event', key });
    }
    return before === this.#columns.length ? none : this.#columns.slice(before);
  }

  need({ of, key }: Omit<CsvColumn, 'name'>): void {
    if (this.#known[of].has(key)) return;
    this.#add({ name: of === 'case' ? `case:${key}` : key, of, key });
  }

  /** An event's attribute may be called as a case's column is: then its column gets a mark. */
  #add({ name, of, key }: CsvColumn): void {
    let free = name;
    while (this.#names.has(free)) free = `${free}'`;
    this.#names.add(free);
    this.#known[of].add(key);
    this.#columns.push({ name: free, of, key });
  }
}

/** Attributes within attributes have their keys joined by `/`; where a key comes twice, the first counts. */
export function* flat(
  attributes: readonly LogAttribute[],
  prefix = '',
): Generator<[key: string, attribute: LogAttribute]> {
  for (const attribute of attributes) {
    const [key, type, , children] = attribute;
    const path = prefix + key;
    if (type !== 'list' && type !== 'container') yield [path, attribute];
    if (children) yield* flat(children, `${path}/`);
  }
}

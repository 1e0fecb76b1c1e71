import type { ExportedCase } from '../cases/exported-case.ts';
import { exportedCases, type ExportScope, type ExportSource } from '../cases/exported-cases.ts';
import { CsvColumns, type CsvColumn } from '../csv/csv-columns.ts';
import { CsvRows } from '../csv/csv-rows.ts';
import { keyAsItIs, keyAsName, XesText } from '../xes/xes-text.ts';
import { inPieces } from './in-pieces.ts';

/** What is written of each case, one after the other: plain data, so that a thread can be told. */
export type CaseText =
  | { of: 'xes'; strictKeys: boolean }
  /** Of each column that no case before had, a line of JSON; of one that a case of another run had, again. */
  | { of: 'csv-columns' }
  | { of: 'csv-rows'; columns: readonly CsvColumn[]; forSpreadsheets: boolean };

/** Writes one case. It knows what it has written before: one does for a whole log. */
type CaseWriter = (one: ExportedCase) => string;

/**
 * What is written of the selected cases, in their order.
 *
 * @param room see `inPieces`
 * @throws as `exportedCases` does
 */
export function caseTexts(
  source: ExportSource,
  scope: ExportScope,
  write: CaseWriter,
  room?: () => Uint8Array<ArrayBuffer>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  return inPieces(textOfEach(source, scope, write), room);
}

async function* textOfEach(
  source: ExportSource,
  scope: ExportScope,
  write: CaseWriter,
): AsyncGenerator<string> {
  for await (const cases of exportedCases(source, scope)) for (const one of cases) yield write(one);
}

/** What writes such a text. */
export function caseWriter(text: CaseText): CaseWriter {
  switch (text.of) {
    case 'xes': {
      const xes = new XesText(text.strictKeys ? keyAsName : keyAsItIs);
      return (one) => xes.trace(one);
    }
    case 'csv-columns': {
      const columns = new CsvColumns([]);
      return (one) =>
        columns
          .add(one)
          .map((column) => `${JSON.stringify(column)}\n`)
          .join('');
    }
    case 'csv-rows': {
      const rows = new CsvRows(text.columns, text.forSpreadsheets);
      return (one) => rows.of(one);
    }
  }
}

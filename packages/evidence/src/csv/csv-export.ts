import type { CaseText } from '../export/case-text.ts';
import { CsvColumns, type CsvColumn } from './csv-columns.ts';
import { csvLine } from './csv-text.ts';

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
 * @param textOf what is written of the cases, piece by piece
 * @throws what that throws; what was given until then is not whole
 */
export async function* csvExport(
  textOf: (text: CaseText) => AsyncIterable<Uint8Array>,
  { columns: given, forSpreadsheets }: CsvOptions,
): AsyncGenerator<string | Uint8Array> {
  const gathered = new CsvColumns(given);
  for await (const line of linesOf(textOf({ of: 'csv-columns' }))) {
    gathered.need(JSON.parse(line) as CsvColumn);
  }
  const columns = gathered.all;
  yield csvLine(columns.map(({ name }) => name));
  yield* textOf({ of: 'csv-rows', columns, forSpreadsheets });
}

async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

import { CsvError, parse, type Info } from 'csv-parse';
import { LogFault } from '../log-fault.ts';
import { inWords, logLimits } from '../log-part.ts';
import type { Row } from './row-groups.ts';

const delimiters = [',', ';', '\t', '|'] as const;

export type ReadRows = {
  delimiter: string;
  header: string[];
  /** Rows after the header, in batches. */
  rows: AsyncGenerator<Row[]>;
};

/**
 * Reads a CSV file piece by piece (RFC 4180; any of `,` `;` tab and `|` between cells, quoted cells also
 * with line breaks in them).
 *
 * @throws LogFault with the line
 */
export async function readRows(
  text: AsyncIterator<string>,
  wanted: string | undefined,
): Promise<ReadRows> {
  let begin = await firstLine(text);
  // Excel takes the sign from a line before the names, and writes it so.
  const [said, sign] = /^\s*sep=([^\r\n])(?=\r?\n)/i.exec(begin) ?? [];
  if (said !== undefined) begin = begin.slice(said.length);
  if (sign !== undefined && begin.trim() === '') begin += await firstLine(text);
  const delimiter = wanted ?? sign ?? delimiterOf(begin);
  const rows = parsed(begin, text, delimiter);
  let first = await rows.next();
  while (!first.done && first.value.length === 0) first = await rows.next();
  const [header, ...rest] = first.done ? [] : first.value;
  if (!header) throw new LogFault('has no line with the names of its columns');
  const names = header.cells.map((cell) => cell.trim());
  return { delimiter, header: names, rows: withFirst(rest, rows) };
}

async function* withFirst(first: Row[], rest: AsyncGenerator<Row[]>): AsyncGenerator<Row[]> {
  if (first.length > 0) yield first;
  yield* rest;
}

/** Text up to the end of the first line at least. @throws LogFault for what is no CSV */
async function firstLine(text: AsyncIterator<string>): Promise<string> {
  let begin = '';
  while (!begin.trimStart().includes('\n') && begin.length < logLimits.markup) {
    const next = await text.next();
    if (next.done) break;
    begin += next.value;
  }
  const first = begin.trimStart();
  if (first === '') throw new LogFault('is empty');
  if (first.startsWith('<')) {
    throw new LogFault('is no CSV: it begins like XML; a log in XES is read by `import xes`');
  }
  if (/^[[{]|^%PDF-/.test(first) || /(?![\t\n\r\f\v])\p{Cc}/u.test(first.slice(0, 1000))) {
    throw new LogFault('is no CSV: expected a line with the names of its columns');
  }
  return begin;
}

function delimiterOf(text: string): string {
  // What stands in quotes separates nothing.
  const [line = ''] = text
    .trimStart()
    .replaceAll(/"[^"]*"/g, '')
    .split(/\r?\n/, 1);
  const count = (sign: string) => line.split(sign).length - 1;
  const best = delimiters.toSorted((a, b) => count(b) - count(a))[0] ?? ',';
  if (count(best) > 0) return best;
  throw new LogFault(
    'has no line with the names of its columns, separated by a comma, semicolon, tab or bar; ' +
      'name another sign with --delimiter',
    { line: 1, column: 1 },
  );
}

async function* parsed(
  begin: string,
  rest: AsyncIterator<string>,
  delimiter: string,
): AsyncGenerator<Row[]> {
  let rows: Row[] = [];
  let fault: unknown;
  const parser = parse({
    delimiter,
    bom: true,
    info: true,
    skip_empty_lines: true,
    max_record_size: logLimits.markup,
  });
  parser.on('readable', () => {
    for (;;) {
      const record = parser.read() as { record: string[]; info: Info } | null;
      if (record === null) break;
      rows.push({ line: record.info.lines, cells: record.record });
    }
  });
  parser.on('error', (error) => {
    fault ??= error;
  });
  const given = async (part: string | undefined) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (part === undefined) {
      parser.once('close', resolve);
      parser.end();
    } else parser.write(part, () => resolve());
    await promise;
    if (fault) throw faultOf(fault);
    const read = rows;
    rows = [];
    return read;
  };
  yield await given(begin);
  for (let next = await rest.next(); !next.done; next = await rest.next()) {
    const read = await given(next.value);
    if (read.length > 0) yield read;
  }
  const last = await given(undefined);
  if (last.length > 0) yield last;
}

function faultOf(error: unknown): unknown {
  if (!(error instanceof CsvError)) return error;
  const { lines } = error as CsvError & { lines?: number };
  const place = { line: lines ?? 1, column: 1 };
  const { code, message } = error;
  const known = new Map<string, string>([
    [
      'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH',
      'has a row with another number of cells than the first line',
    ],
    ['CSV_QUOTE_NOT_CLOSED', 'ends within a quoted cell'],
    ['CSV_MAX_RECORD_SIZE', `has a row of more than ${inWords(logLimits.markup)} characters`],
  ]);
  return new LogFault(known.get(code) ?? `is no well-formed CSV: ${message}`, place);
}

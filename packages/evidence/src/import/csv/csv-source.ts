import type { LogAttribute, LogHeader } from '@satu-atap/domain';
import { LogFault } from '../log-fault.ts';
import type { LogFile } from '../log-file.ts';
import { inWords, logLimits, type LogCase, type LogPart } from '../log-part.ts';
import { logInstant } from '../log-instant.ts';
import type { LogSource } from '../log-source.ts';
import { columnsOf, type Column, type ColumnFlags } from './csv-columns.ts';
import { CsvTimes } from './csv-times.ts';
import { readRows } from './read-rows.ts';
import { RowGroups, type Row } from './row-groups.ts';

/** How a CSV file is to be read; what is absent is found out. */
export type CsvOptions = ColumnFlags & {
  delimiter?: string;
  /** As in `dd-MM-yyyy HH:mm`. */
  timestampFormat?: string;
  /** Of times that name none. */
  timeZone: string;
  /** Orders the events of a case by time, rather than as their rows come. */
  sortByTime?: boolean;
};

const header: LogHeader = { element: {}, extensions: [], globals: [], classifiers: [] };
/** Cases given at once. */
const batch = 200;

/**
 * A log in CSV, a row an event. Rows of a case may lie apart; the file is read once, put together by
 * case, and given from there as often as it is asked for.
 *
 * @throws LogFault for a timestamp format that cannot be used
 */
export function csvSource(file: LogFile, options: CsvOptions): LogSource {
  const times = new CsvTimes(options.timestampFormat);
  const groups = new RowGroups();
  let read: { columns: Column[]; delimiter: string } | undefined;
  return {
    format: 'csv',
    file,
    async *parts() {
      if (!read) read = await group(file, options, groups, times);
      yield* partsOf(read, groups, times, options);
    },
    async close() {
      groups.close();
      await file.close();
    },
  };
}

async function group(file: LogFile, options: CsvOptions, groups: RowGroups, times: CsvTimes) {
  const { delimiter, header: names, rows } = await readRows(file.text(), options.delimiter);
  const columns = columnsOf(names, options);
  const ofCase = columns.findIndex(({ isCase }) => isCase);
  const ofTime = columns.findIndex(({ key }) => key === 'time:timestamp');
  for await (const some of rows) {
    for (const row of some) {
      const place = { line: row.line, column: 1 };
      const name = row.cells[ofCase] ?? '';
      const { column = '' } = columns[ofCase] ?? {};
      if (name === '') throw new LogFault(`has a row without a case (column "${column}")`, place);
      const time = row.cells[ofTime] ?? '';
      if (time !== '') times.look(time, place);
      const size = row.cells.reduce((sum, { length }) => sum + length, 0);
      if (size > logLimits.event) {
        throw new LogFault(
          `has an event of more than ${inWords(logLimits.event)} characters`,
          place,
        );
      }
      groups.add(name, row);
    }
  }
  times.settle();
  return { columns, delimiter };
}

function* partsOf(
  { columns, delimiter }: { columns: Column[]; delimiter: string },
  groups: RowGroups,
  times: CsvTimes,
  options: CsvOptions,
): Generator<LogPart[]> {
  yield [{ kind: 'begin', header }];
  let parts: LogPart[] = [];
  for (const rows of groups.cases()) {
    parts.push({ kind: 'case', case: caseOf(rows, columns, times, options) });
    if (parts.length < batch) continue;
    yield parts;
    parts = [];
  }
  const written = columns.map(({ column, of, key }) => ({ column, of, key }));
  yield [
    ...parts,
    { kind: 'header', header, attributes: [], foreign: 0, csv: { delimiter, columns: written } },
  ];
}

/**
 * Attributes of the case are those of its first row; a row that says otherwise keeps its own, under the
 * name of its column.
 */
function caseOf(
  rows: readonly Row[],
  columns: readonly Column[],
  times: CsvTimes,
  { timeZone, sortByTime = false }: CsvOptions,
): LogCase {
  const first = rows[0]?.cells ?? [];
  const attributes = columns.flatMap(({ of, key, type }, index): LogAttribute[] => {
    const cell = first[index] ?? '';
    return of === 'case' && cell !== '' ? [[key, type, cell]] : [];
  });
  const events = rows.map(({ cells, line }) => {
    const place = { line, column: 1 };
    const own = columns.flatMap(({ of, key, type, column }, index): LogAttribute[] => {
      const cell = cells[index] ?? '';
      if (of === 'case') return cell === first[index] || cell === '' ? [] : [[column, type, cell]];
      if (cell === '') return [];
      return [[key, type, type === 'date' ? times.written(cell, place, timeZone) : cell]];
    });
    return { attributes: own, place };
  });
  if (sortByTime) {
    const at = new Map(
      events.map((event) => {
        const time = event.attributes.find(([key]) => key === 'time:timestamp')?.[2] ?? '';
        return [event, logInstant(time, timeZone) ?? ''];
      }),
    );
    // As text, instants of whole seconds would follow those with decimals.
    const order = (event: (typeof events)[number]) => (at.get(event) ?? '').replace(/Z$/, '');
    events.sort((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0));
  }
  return { attributes, events, place: { line: rows[0]?.line ?? 1, column: 1 } };
}

import { gzipSync } from 'node:zlib';
import { start } from '@satu-atap/event-store';
import { expect, test } from 'vitest';
import { importContent, memoryStore } from '../../testing/import-file.ts';
import { LogFault } from '../log-fault.ts';
import type { CsvOptions } from './csv-source.ts';

async function read(content: string | Buffer, csv: Partial<CsvOptions> = {}) {
  const { outcome, cases } = await importContent(content, { csv });
  expect(outcome).toMatchObject({ type: 'imported' });
  return cases.map((one) => [one.case, ...one.events.map(({ action, at }) => `${action} ${at}`)]);
}

const pm4py = `case:concept:name,concept:name,time:timestamp,org:resource,case:kind,note
A,register,2011-10-11 13:45:40.276000+02:00,Ana,x,"two
lines, and ""quotes"""
B,register,2011-10-11 13:46:40+00:00,Budi,y,
A,decide,2011-10-12 13:45:40+02:00,Citra,x,ok
`;

test('reads what pm4py writes: rows of a case lie apart, cells hold lines and quotes', async () => {
  const { cases } = await importContent(pm4py, { csv: {} });
  expect(cases).toMatchObject([
    {
      case: 'A',
      attributes: [
        ['concept:name', 'string', 'A'],
        ['kind', 'string', 'x'],
      ],
      events: [
        {
          action: 'register',
          at: '2011-10-11T11:45:40.276Z',
          actor: 'imported:Ana',
          attributes: [
            ['concept:name', 'string', 'register'],
            ['time:timestamp', 'date', '2011-10-11T13:45:40.276000+02:00'],
            ['org:resource', 'string', 'Ana'],
            ['note', 'string', 'two\nlines, and "quotes"'],
          ],
        },
        { action: 'decide', at: '2011-10-12T11:45:40Z', actor: 'imported:Citra' },
      ],
    },
    { case: 'B', events: [{ action: 'register', actor: 'imported:Budi' }] },
  ]);
});

test('reads what Disco writes, packed, with semicolons and a byte order mark', async () => {
  const disco =
    '\uFEFFCase ID;Activity;Resource;Complete Timestamp;(case) kind\r\n1;a;Ana;2010/12/30 11:02:00.000;x\r\n1;b;Ana;2010/12/31 11:02:00.000;x\r\n';
  const { cases } = await importContent(gzipSync(disco), { csv: { timeZone: 'Asia/Jakarta' } });
  expect(cases).toMatchObject([
    {
      case: '1',
      attributes: [
        ['concept:name', 'string', '1'],
        ['kind', 'string', 'x'],
      ],
      events: [{ action: 'a', at: '2010-12-30T04:02:00Z' }, { action: 'b' }],
    },
  ]);
});

test('orders events as their rows come, or by time when that is wanted', async () => {
  const rows =
    'case\tactivity\ttime\n1\tlate\t2020-01-02\n1\tearly\t2020-01-01\n1\ttie\t2020-01-01\n';
  expect(await read(rows)).toEqual([
    ['1', 'late 2020-01-02T00:00:00Z', 'early 2020-01-01T00:00:00Z', 'tie 2020-01-01T00:00:00Z'],
  ]);
  expect(await read(rows, { sortByTime: true })).toEqual([
    ['1', 'early 2020-01-01T00:00:00Z', 'tie 2020-01-01T00:00:00Z', 'late 2020-01-02T00:00:00Z'],
  ]);
});

test('takes columns of any name that it is told', async () => {
  const rows = 'dossier|wat|wanneer|wie\n7|keuren|2020-01-01 10:00|Ann\n';
  const told = { case: 'dossier', activity: 'wat', timestamp: 'wanneer', resource: 'wie' };
  expect(await read(rows, told)).toEqual([['7', 'keuren 2020-01-01T10:00:00Z']]);
});

test.each([
  ['13-10-2011 13:45', '2011-10-13T13:45:00Z', {}],
  ['10/13/2011 13:45:10.5', '2011-10-13T13:45:10.5Z', {}],
  ['01.02.2011', '2011-02-01T00:00:00Z', {}],
  ['11-10-2011 13:45', '2011-10-11T13:45:00Z', { timestampFormat: 'dd-MM-yyyy HH:mm' }],
  ['11-10-2011 01:45 PM', '2011-11-10T13:45:00Z', { timestampFormat: 'MM-dd-yyyy hh:mm a' }],
  [
    '2011.10.11T13:45:40.25+02:00',
    '2011-10-11T11:45:40.25Z',
    { timestampFormat: 'yyyy.MM.ddTHH:mm:ss.SSXXX' },
  ],
  ['1318333540', '2011-10-11T11:45:40Z', { timestampFormat: 'epoch-seconds' }],
])('reads the time %s', async (time, instant, csv) => {
  expect(await read(`case,activity,time\n1,a,${time}\n`, csv)).toEqual([['1', `a ${instant}`]]);
});

test.each<[what: string, content: string, line: string, csv?: Partial<CsvOptions>]>([
  ['an empty file', '', 'log.csv: is empty'],
  [
    'XES',
    '<?xml version="1.0"?><log/>',
    'log.csv: is no CSV: it begins like XML; a log in XES is read by `import xes`',
  ],
  ['JSON', '{"a": 1}', 'log.csv: is no CSV: expected a line with the names of its columns'],
  [
    'one column',
    'case\n1\n',
    'log.csv:1:1: has no line with the names of its columns, separated by a comma, semicolon, tab or bar; name another sign with --delimiter',
  ],
  [
    'no column for the activity',
    'case,what,time\n',
    'log.csv:1:1: needs to be told with --activity which column is the activity: "case", "what", "time"',
  ],
  [
    'a column that is not there',
    'case,activity,time\n',
    'log.csv:1:1: has no column "who" (--resource); it has "case", "activity", "time"',
    { resource: 'who' },
  ],
  [
    'a column twice',
    'case,activity,time,time\n',
    'log.csv:1:1: has two columns "time"; rename one of them',
  ],
  [
    'a row with too few cells',
    'case,activity,time\n1,a,2020-01-01\n1,b\n',
    'log.csv:3:1: has a row with another number of cells than the first line',
  ],
  [
    'a quote that is not closed',
    'case,activity,time\n1,"a,2020-01-01\n',
    'log.csv:2:1: ends within a quoted cell',
  ],
  [
    'a row without a case',
    'case,activity,time\n1,a,2020-01-01\n,b,2020-01-01\n',
    'log.csv:3:1: has a row without a case (column "case")',
  ],
  [
    'a time that is none',
    'case,activity,time\n1,a,yesterday\n',
    'log.csv:2:1: has "yesterday" as a time, which is not in a known form; name it with --timestamp-format',
  ],
  [
    'a time in another format',
    'case,activity,time\n1,a,2020-01-01\n',
    'log.csv:2:1: has "2020-01-01" as a time, which is not in "dd-MM-yyyy"',
    { timestampFormat: 'dd-MM-yyyy' },
  ],
  [
    'times that could be of two days',
    'case,activity,time\n1,a,01/02/2020 10:00\n',
    'log.csv:2:1: has "01/02/2020 10:00" as a time, and no time in it shows which number is the day: say --timestamp-format "dd/MM/yyyy HH:mm" or --timestamp-format "MM/dd/yyyy HH:mm"',
  ],
  [
    'times that change places',
    'case,activity,time\n1,a,13/02/2020\n1,b,02/13/2020\n',
    'log.csv:3:1: has "02/13/2020" where line 2 has "13/02/2020": day and month change places; write all times alike',
  ],
  [
    'a format that cannot be used',
    'case,activity,time\n',
    'log.csv: --timestamp-format: "qq" cannot be used; write yyyy, MM, dd, HH (or hh and a), mm, ss, SSS, XXX with what stands between them, as in "dd-MM-yyyy HH:mm"; or epoch-seconds, epoch-milliseconds',
    { timestampFormat: 'qq' },
  ],
])('says where and why it refuses %s, and writes nothing', async (_, content, line, csv = {}) => {
  const store = memoryStore();
  const { outcome } = await importContent(content, { store, csv });
  expect(outcome instanceof LogFault ? outcome.in('log.csv') : outcome).toBe(line);
  expect(await store.head()).toBe(start);
});

test.each<[what: string, content: string | Buffer, activity: string, at: string]>([
  [
    'what Excel writes: a line that says the sign, decimal commas, day first',
    '\uFEFFsep=;\r\nCase ID;Activity;Complete Timestamp;Amount\r\n1;"Prüfen; lang";12.03.2019 8:15;1.234,50\r\n',
    'Prüfen; lang',
    '2019-03-12T08:15:00Z',
  ],
  [
    'what Excel writes in America, of which the halves of days are left to find out',
    'Case ID,Activity,Timestamp\r\n1,a,3/13/2019 1:05:07 PM\r\n',
    'a',
    '2019-03-13T13:05:07Z',
  ],
  [
    'what Celonis writes',
    '_CASE_KEY,ACTIVITY_EN,EVENTTIME,_SORTING\n4500000001,Create PO,2019-01-02 08:00:00.000,10\n',
    'Create PO',
    '2019-01-02T08:00:00Z',
  ],
  [
    'what pandas writes, with its index',
    ',case:concept:name,concept:name,time:timestamp\n0,1,a,2011-10-01 00:38:44.546000+02:00\n',
    'a',
    '2011-09-30T22:38:44.546Z',
  ],
  [
    'text in UTF-16 with tabs',
    Buffer.from('\uFEFFcase\tactivity\ttime\r\n1\tа\t2020-01-01 10:00:00\r\n', 'utf16le'),
    'а',
    '2020-01-01T10:00:00Z',
  ],
])('reads %s', async (_, content, activity, at) => {
  const { cases } = await importContent(content, { csv: {} });
  expect(cases).toHaveLength(1);
  const [event] = cases[0]?.events ?? [];
  expect(event?.at).toBe(at);
  expect(event?.attributes).toContainEqual(['concept:name', 'string', activity]);
});

test('names the line that is not in UTF-8, and the line of a wrong row behind what says the sign', async () => {
  const latin = Buffer.from('case;activity;time\n1;a;2020-01-01\n1;é;2020-01-01\n', 'latin1');
  const { outcome } = await importContent(latin, { csv: {} });
  expect(outcome instanceof LogFault && outcome.in('log.csv')).toBe(
    'log.csv: holds bytes in line 3 that are no text in UTF-8; save it as UTF-8 (Excel: CSV UTF-8), or have its XML declaration name its encoding',
  );
  const ragged = await importContent('sep=;\ncase;activity;time\n1;a\n', { csv: {} });
  expect(ragged.outcome instanceof LogFault && ragged.outcome.in('log.csv')).toBe(
    'log.csv:3:1: has a row with another number of cells than the first line',
  );
});

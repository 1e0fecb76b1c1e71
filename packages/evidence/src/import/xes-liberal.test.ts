import { gzipSync } from 'node:zlib';
import { readImportedLog, readLogAttributes, readLooseEvents } from '@satu-atap/event-store';
import { expect, test } from 'vitest';
import { importContent, type ImportOptions } from '../testing/import-file.ts';

const event = (name: string, more = '') =>
  `<event><string key="concept:name" value="${name}"/>${more}</event>`;
const at = (time: string) => `<date key="time:timestamp" value="${time}"/>`;
const trace = (name: string, ...events: string[]) =>
  `<trace><string key="concept:name" value="${name}"/>${events.join('')}</trace>`;
const log = (...parts: string[]) => `<log xes.version="1.0">${parts.join('')}</log>`;

/** Cases with their activities, as they are there afterwards. */
async function activities(content: string | Buffer, options?: ImportOptions) {
  const { outcome, cases } = await importContent(content, options);
  expect(outcome).toMatchObject({ type: 'imported' });
  return cases.map((one) => [one.case, ...one.events.map(({ action }) => action)]);
}

const simple = log(
  trace(
    'A',
    event('receive', at('2020-01-01T00:00:00Z')),
    event('decide', at('2020-01-02T00:00:00Z')),
  ),
);
const expected = [['A', 'receive', 'decide']];

test.each([
  [
    'with the namespace of XES',
    simple.replace('<log', '<log xmlns="http://www.xes-standard.org/"'),
  ],
  [
    'with a prefix',
    simple
      .replaceAll(/<(\/?)/g, '<$1x:')
      .replace('<x:log', '<x:log xmlns:x="http://www.xes-standard.org/"'),
  ],
  [
    'with an XML declaration and a comment',
    `<?xml version="1.0"?>\n<!-- made by hand -->\n${simple}\n`,
  ],
  ['with a byte order mark', `\uFEFF${simple}`],
  ['in UTF-16', Buffer.from(`\uFEFF${simple}`, 'utf16le')],
  ['in UTF-16 the other way around', Buffer.from(`\uFEFF${simple}`, 'utf16le').swap16()],
  ['packed, whatever it is called', gzipSync(simple)],
  [
    'packed in two pieces',
    Buffer.concat([gzipSync(simple.slice(0, 40)), gzipSync(simple.slice(40))]),
  ],
  [
    'with attributes after the events',
    log(
      `<trace>${event('receive', at('2020-01-01T00:00:00Z'))}${event('decide')}<string key="concept:name" value="A"/></trace>`,
    ),
  ],
  [
    'with elements of another vocabulary',
    simple.replace('<event>', '<event><o:note xmlns:o="urn:o">text<o:deep/></o:note>'),
  ],
])('reads a log %s', async (_, content) => {
  expect(await activities(content)).toEqual(expected);
});

test('reads a log in another encoding that its declaration names', async () => {
  const text = `<?xml version="1.0" encoding="ISO-8859-1"?>${log(trace('Müller', event('prüfen')))}`;
  expect(await activities(Buffer.from(text, 'latin1'))).toEqual([['Müller', 'prufen']]);
});

test('keeps two cases of one name apart, names one that has none, and takes one without events', async () => {
  const content = log(
    trace('A', event('x')),
    trace('A', event('y')),
    `<trace>${event('x')}</trace>`,
    trace('empty'),
  );
  expect(await activities(content)).toEqual([['A', 'x'], ['A', 'y'], ['case-3', 'x'], ['empty']]);
});

test('takes a log without cases', async () => {
  expect(await activities('<log xes.version="1.0"/>')).toEqual([]);
});

test('tells activities apart by their lifecycle, but not what is complete or says nothing', async () => {
  const lifecycle = (value: string) => `<string key="lifecycle:transition" value="${value}"/>`;
  const content = log(
    trace(
      'A',
      event('work', lifecycle('start')),
      event('work', lifecycle('COMPLETE')),
      event('work'),
    ),
  );
  expect(await activities(content)).toEqual([['A', 'work-start', 'work', 'work']]);
});

test('tells them apart by a classifier of the log, when it is named', async () => {
  const classifier = '<classifier name="Who did what" keys="org:resource \'what was done\'"/>';
  const done = (who: string, what: string) =>
    `<event><string key="org:resource" value="${who}"/><string key="what was done" value="${what}"/></event>`;
  const content = log(classifier, trace('A', done('Ana', 'sign'), done('Budi', 'sign')));
  expect(await activities(content, { classifier: 'Who did what' })).toEqual([
    ['A', 'ana-sign', 'budi-sign'],
  ]);
  const { outcome } = await importContent(content, { classifier: 'Nobody' });
  expect(outcome).toMatchObject({ message: 'has no classifier "Nobody"; it has "Who did what"' });
});

test('gives an activity without a name the one that the log declares for all, and changes no attribute', async () => {
  const global = '<global scope="event"><string key="concept:name" value="unknown step"/></global>';
  const { cases } = await importContent(log(global, trace('A', '<event/>', event('x'))));
  expect(cases[0]?.events.map(({ action, attributes }) => [action, attributes.length])).toEqual([
    ['unknown-step', 0],
    ['x', 1],
  ]);
});

test.each([
  ['2011-10-11T13:45:40.276+02:00', '2011-10-11T11:45:40.276Z'],
  ['2011-10-11T13:45:40Z', '2011-10-11T13:45:40Z'],
  ['2011-10-11T13:45:40.123456789-0930', '2011-10-11T23:15:40.123456789Z'],
  ['2011-10-11T13:45:40.1234567891234+00:00', '2011-10-11T13:45:40.123456789Z'],
  ['2011-10-11T13:45:40', '2011-10-11T06:45:40Z'],
  ['2011-10-11 13:45', '2011-10-11T06:45:00Z'],
  ['2011-10-11', '2011-10-10T17:00:00Z'],
])('reads the time %s', async (written, instant) => {
  const { cases } = await importContent(log(trace('A', event('x', at(written)))), {
    timeZone: 'Asia/Jakarta',
  });
  expect(cases[0]?.events[0]).toMatchObject({
    at: instant,
    attributes: [
      ['concept:name', 'string', 'x'],
      ['time:timestamp', 'date', written],
    ],
  });
});

test('puts events without a time where the one before them was; the first, where the next one was', async () => {
  const content = log(
    trace('A', event('x'), event('y', at('2020-01-01T00:00:00Z')), event('z')),
    trace('timeless', event('x')),
  );
  const { cases } = await importContent(content);
  expect(cases.map(({ events }) => events.map((one) => one.at))).toEqual([
    ['2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z'],
    ['2026-11-02T01:00:00Z'],
  ]);
});

test('keeps the order of the file, also where times are the same or go back', async () => {
  const content = log(
    trace(
      'A',
      event('c', at('2020-01-02T00:00:00Z')),
      event('b', at('2020-01-02T00:00:00Z')),
      event('a', at('2020-01-01T00:00:00Z')),
    ),
  );
  expect(await activities(content)).toEqual([['A', 'c', 'b', 'a']]);
});

test('keeps attributes as they were written, of every type and nested', async () => {
  const content = log(
    trace(
      'A',
      event(
        'x',
        '<int key="n" value="007"/><float key="f" value="1e3"><string key="unit" value="m"/></float><boolean key="b" value="True"/>' +
          '<id key="i" value="a-b"/><list key="l"><values><string key="v" value="1"/><string key="v" value="2"/></values></list>' +
          '<container key="c"><string key="in" value="&lt;&#10;&quot;"/></container><list key="none"/>',
      ),
    ),
  );
  const { cases } = await importContent(content);
  expect(cases[0]?.events[0]?.attributes).toEqual([
    ['concept:name', 'string', 'x'],
    ['n', 'int', '007'],
    ['f', 'float', '1e3', [['unit', 'string', 'm']]],
    ['b', 'boolean', 'True'],
    ['i', 'id', 'a-b'],
    [
      'l',
      'list',
      '',
      [
        ['v', 'string', '1'],
        ['v', 'string', '2'],
      ],
    ],
    ['c', 'container', '', [['in', 'string', '<\n"']]],
    ['none', 'list', '', []],
  ]);
});

test('keeps what belongs to the log itself, however large, and events that belong to no case', async () => {
  const many = Array.from(
    { length: 9000 },
    (_, n) =>
      `<int key="counted ${n}" value="${n}"><string key="in" value="${'y'.repeat(50)}"/></int>`,
  );
  const content = log(
    '<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>',
    '<global scope="trace"><string key="concept:name" value="?"/></global>',
    '<classifier name="Activity" keys="concept:name"/>',
    `<string key="meta" value="of the log"><container key="deep">${many.join('')}</container><string key="after" value="1"/></string>`,
    '<string key="last" value="2"/>',
    trace('A', event('x')),
    event('nobody’s'),
  );
  const { outcome, store } = await importContent(content);
  if (!('log' in outcome) || typeof outcome.log !== 'string') throw new Error('is not there');
  const found = await readImportedLog(store, outcome.log);
  expect(found).toMatchObject({
    begun: {
      file: 'log.xes',
      format: 'xes',
      counts: { cases: 1, events: 1, variants: 1, activities: 1, looseEvents: 1 },
      header: {
        element: { 'xes.version': '1.0' },
        extensions: [{ prefix: 'concept' }],
        globals: [{ scope: 'trace', attributes: [['concept:name', 'string', '?']] }],
        classifiers: [{ name: 'Activity', keys: 'concept:name' }],
      },
    },
    completed: { applications: 1, events: 1 },
  });
  const deep = many.map((_, n) => [
    `counted ${n}`,
    'int',
    String(n),
    [['in', 'string', 'y'.repeat(50)]],
  ]);
  expect(await readLogAttributes(store, outcome.log)).toEqual([
    [
      'meta',
      'string',
      'of the log',
      [
        ['deep', 'container', '', deep],
        ['after', 'string', '1'],
      ],
    ],
    ['last', 'string', '2'],
  ]);
  const loose = await Array.fromAsync(readLooseEvents(store, outcome.log));
  expect(loose).toEqual([[[['concept:name', 'string', 'nobody’s']]]]);
});

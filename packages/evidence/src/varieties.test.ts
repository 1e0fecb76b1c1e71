import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { importPath, memoryStore } from './testing/import-file.ts';
import { decoded, everythingIn, exported, inFolder, logOf } from './testing/round-trip.ts';

const xml = '<?xml version="1.0" encoding="UTF-8" ?>\n';
const trace = (inner: string) => `<trace>${inner}</trace>`;
const event = (name: string, more = '') =>
  `<event><string key="concept:name" value="${name}"/>${more}</event>`;
const at = (time: string) => `<date key="time:timestamp" value="${time}"/>`;
const log = (inner: string) => `${xml}<log xes.version="1.0">${inner}</log>`;
const latin1 = (text: string) => Buffer.from(text, 'latin1');

/** Logs as tools write them, and as nobody would. */
const varieties: [what: string, content: string | Buffer][] = [
  [
    'what ProM writes',
    `${xml}<!-- This file has been generated with the OpenXES library. -->
<log xes.version="1.0" xes.features="nested-attributes" openxes.version="1.0RC7" xmlns="http://www.xes-standard.org/">
	<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
	<global scope="trace"><string key="concept:name" value="__INVALID__"/></global>
	<global scope="event"><string key="concept:name" value="__INVALID__"/><date key="time:timestamp" value="1970-01-01T01:00:00.000+01:00"/></global>
	<classifier name="Event Name" keys="concept:name"/>
	<classifier name="(Event Name AND Lifecycle transition)" keys="concept:name lifecycle:transition"/>
	<string key="concept:name" value="log"/><string key="source" value="CPN Tools"/>
	${trace(`<string key="concept:name" value="A1"/><float key="AMOUNT_REQ" value="20000"/>${['schedule', 'start', 'complete', 'ate_abort'].map((of) => event('Release A', `${at('2011-10-01T00:38:44.546+02:00')}<string key="lifecycle:transition" value="${of}"/>`)).join('')}`)}
</log>`,
  ],
  [
    'what Disco writes',
    `${xml}<log xes.version="1.0" xmlns="http://code.deckfour.org/xes" xes.creator="Fluxicon Disco">
<extension name="Concept" prefix="concept" uri="http://code.deckfour.org/xes/concept.xesext"/>
<global scope="event"><string key="concept:name" value="name"/></global>
<classifier name="Activity" keys="Activity"/><classifier name="Resource" keys="Resource"/>
<string key="lifecycle:model" value="standard"/>
${trace(`<string key="concept:name" value="case 1"/><string key="variant" value="Variant 1"/><int key="variant-index" value="1"/><string key="creator" value="Fluxicon Nitro"/>${event('Create PR', `<string key="org:resource" value=""/>${at('2011-01-01T00:00:00.000+01:00')}<string key="lifecycle:transition" value="complete"/>`)}`)}
</log>`,
  ],
  [
    'what pm4py writes',
    `<?xml version='1.0' encoding='UTF-8'?>
<log xes.version="1849-2016" xes.features="nested-attributes" xmlns="http://www.xes-standard.org/">
  <string key="origin" value="csv"/>
  ${trace(`<string key="concept:name" value="1"/>${event('register request', `${at('2010-12-30T11:02:00+00:00')}<int key="Costs" value="50"/><boolean key="flag" value="True"/><float key="x" value="nan"/>`)}`)}
</log>`,
  ],
  [
    'a prefix of its own, with nested values and a list',
    `${xml}<xes:log xmlns:xes="http://www.xes-standard.org/" xes.version="1849.2016"><xes:trace><xes:event><xes:string key="a" value="1"><xes:string key="b" value="2"/></xes:string><xes:list key="l"><xes:values><xes:int key="i" value="1"/><xes:int key="i" value="2"/></xes:values></xes:list></xes:event></xes:trace></xes:log>`,
  ],
  [
    'attributes of the log behind its cases',
    log(
      `${trace(event('a'))}<string key="late" value="x"/>${trace(event('b'))}<int key="n" value="1"/>`,
    ),
  ],
  [
    'comments, instructions and empty CDATA between',
    log(
      `<!-- a > b
 --><?pi some="thing" ?>${trace(`<!-- one -->${event('a', '<!---->')}<![CDATA[ ]]>`)}`,
    ),
  ],
  [
    'signs of every kind in values',
    log(
      trace(
        event(
          '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;',
          '<string key="a" value="one&#10;two&#9;three&#13;four"/><string key="b" value="raw\nbreak\tand tab"/><string key="c" value="&amp;amp; &apos; &#x1F600; 😀 مرحبا &#8207;‏"/><string key="d" value=\' "quoted" \'/><string key="" value=""/><string key="e" value="  blanks  "/>',
        ),
      ),
    ),
  ],
  [
    'events with nothing but a time, or without one, or with an empty one',
    log(
      trace(
        `<event>${at('2011-10-11T13:45:40')}</event><event/>${event('a', at(''))}<event><date key="start" value="x"/></event>`,
      ),
    ),
  ],
  [
    'cases without a name, of one name, without events',
    log(
      `<trace/>${trace('')}${trace('<string key="concept:name" value="x"/>')}${trace(`<string key="concept:name" value="x"/>${event('a')}`)}${trace(`<string key="concept:name" value=""/>${event('a')}`)}`,
    ),
  ],
  [
    'times of every form, and no order',
    log(
      trace(
        [
          '2011-10-11T13:45:40+02:00',
          '2011-10-11T13:45:40.276Z',
          '2011-10-11t13:45:40.276z',
          '2011-10-11T13:45:40',
          '1970-01-01T00:00:00.000+01:00',
          '0001-01-01T00:00:00+00:00',
          '9999-12-31T23:59:59.999+01:00',
          '2011-10-11T13:45:40+0200',
          '2016-12-31T23:59:60Z',
          '2011-10-11T24:00:00Z',
          ' 2011-10-11T13:45:40Z ',
        ]
          .map((time) => event('a', at(time)))
          .join(''),
      ),
    ),
  ],
  [
    'numbers that no computer has',
    log(
      trace(
        event(
          'a',
          '<int key="i" value="12345678901234567890123"/><int key="j" value="-0"/><float key="f" value="NaN"/><float key="g" value="INF"/><float key="h" value="1E+400"/><boolean key="b" value="TRUE"/><id key="k" value="no uuid"/>',
        ),
      ),
    ),
  ],
  [
    'keys with blanks and colons, and the same key twice',
    log(
      trace(
        `<string key="(case) Amount in €" value="1"/>${event('a', '<string key="x y" value="1"/><string key="x y" value="2"/><string key="a:b:c" value="3"/><string key="concept:name" value="other"/><string key="__proto__" value="p"/><string key="constructor" value="c"/>')}`,
      ),
    ),
  ],
  [
    'UTF-16 with a mark',
    Buffer.from(`\uFEFF${log(trace(event('é 😀')))}`.replace('UTF-8', 'UTF-16'), 'utf16le'),
  ],
  [
    'ISO-8859-1 that is declared',
    latin1(log(trace(event('Prüfung'))).replace('UTF-8', 'ISO-8859-1')),
  ],
  [
    'names of 5,000 characters',
    log(
      trace(
        `<string key="concept:name" value="${'ü'.repeat(5000)}"/>${event('ж'.repeat(5000))}${event('ж'.repeat(5001))}`,
      ),
    ),
  ],
  [
    'names that are one when written plainly',
    log(
      ['A-B', 'A B', 'a b', 'A  B', '日本', '中国', '', ' ', '-']
        .map((name) => trace(event(name)))
        .join(''),
    ),
  ],
  [
    '3,000 activities',
    log(Array.from({ length: 3000 }, (_, number) => trace(event(`activity ${number}`))).join('')),
  ],
  ['a case of 5,000 events', log(trace(event('a').repeat(5000)))],
  ['3,000 cases without events', log('<trace/>'.repeat(3000))],
  [
    'packed twice over in one file',
    Buffer.concat([gzipSync('<log><trace>'), gzipSync('</trace></log>')]),
  ],
];

test.each(varieties)(
  'a log with %s comes out as it went in',
  { timeout: 60_000 },
  async (_, content) => {
    await inFolder(async (folder) => {
      const [path, to] = [join(folder, 'log.xes'), join(folder, 'again.xes')];
      await writeFile(path, content);
      const store = memoryStore();
      expect(await importPath(path, { store })).toMatchObject({ type: 'imported' });
      await exported(store, await logOf(path), 'xes', to);
      const [before, after] = [await everythingIn(path), await everythingIn(to)];
      expect(after.cases).toEqual(before.cases);
      expect(after.loose).toEqual(before.loose);
      expect(after.log.map(decoded)).toEqual(before.log);
    });
  },
);

import { gzipSync } from 'node:zlib';
import { start } from '@satu-atap/event-store';
import { expect, test } from 'vitest';
import { importContent, memoryStore } from '../testing/import-file.ts';
import { LogFault } from './log-fault.ts';

const log = (inner: string) => `<log xes.version="1.0">\n${inner}\n</log>`;
const event = (inner: string) => log(`<trace><event>${inner}</event></trace>`);
const bomb = `<?xml version="1.0"?>
<!DOCTYPE log [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>
<log><trace><string key="concept:name" value="&c;"/></trace></log>`;
const nested = (depth: number) =>
  `${'<container key="k">'.repeat(depth)}${'</container>'.repeat(depth)}`;

test.each<[what: string, content: string | Buffer, line: string]>([
  ['an empty file', '', 'log.xes: is empty'],
  [
    'JSON',
    '{"ocel:events": []}',
    'log.xes:1:19: is no XML, so no XES log either: expected <log>; CSV is read by `import csv`',
  ],
  ['a page', '<html><body/></html>', 'log.xes:1:6: is no XES log: expected <log>, found <html>'],
  [
    'a PDF',
    '%PDF-1.7\n%\u00e2',
    'log.xes:2:2: is no XML, so no XES log either: expected <log>; CSV is read by `import csv`',
  ],
  ['an archive', Buffer.from('PK\x03\x04 and so on'), 'log.xes: is a ZIP archive; unpack it first'],
  [
    'bytes that are no text',
    Buffer.from([0x3c, 0x6c, 0xff, 0xfd, 0x80]),
    'log.xes: holds bytes in line 1 that are no text in UTF-8; save it as UTF-8 (Excel: CSV UTF-8), or have its XML declaration name its encoding',
  ],
  [
    'an encoding nobody knows',
    '<?xml version="1.0" encoding="klingon"?><log/>',
    'log.xes: is said to be written in "klingon", which is not known; save it as UTF-8',
  ],
  [
    'a DOCTYPE with entities',
    bomb,
    'log.xes:2:105: has a DOCTYPE, which no log needs and which could make a small file a huge one; remove it',
  ],
  [
    'a DOCTYPE that fetches',
    '<!DOCTYPE log SYSTEM "file:///etc/passwd"><log/>',
    'log.xes:1:42: has a DOCTYPE, which no log needs and which could make a small file a huge one; remove it',
  ],
  [
    'an entity of its own',
    event('<string key="k" value="&secret;"/>'),
    'log.xes:2:45: is no well-formed XML: undefined entity',
  ],
  [
    'a & that is one, and more of the file behind it',
    `${log('<trace>\n<string key="k" value="R&D"/>\n</trace>')}\n${'<!-- -->\n'.repeat(20_000)}`,
    'log.xes:3:25: is no well-formed XML: has a & that should be &amp;',
  ],
  [
    'a & that is one, and an entity behind it',
    log('<trace>\n<string key="k" value="R & D"/>\n<string key="k" value="&amp;"/></trace>'),
    'log.xes:3:26: is no well-formed XML: has a & that should be &amp;',
  ],
  [
    'a file that is packed twice',
    gzipSync(gzipSync(log(''))),
    'log.xes: is packed twice; unpack it once yourself',
  ],
  [
    'a file that was cut',
    '<log>\n<trace><event>',
    'log.xes:2:14: ends in the middle: expected </event>',
  ],
  [
    'elements that cross',
    '<log><trace></log></trace>',
    'log.xes:1:18: is no well-formed XML: unexpected close tag',
  ],
  [
    'two roots',
    '<log/>\n<log/>',
    'log.xes:2:5: is no well-formed XML: documents may contain only one root',
  ],
  [
    'an attribute twice',
    event('<string key="k" key="j" value=""/>'),
    'log.xes:2:48: is no well-formed XML: duplicate attribute: key',
  ],
  [
    'a sign that XML does not have',
    event('<string key="k" value="\u0001"/>'),
    'log.xes:2:38: is no well-formed XML: disallowed character',
  ],
  [
    'an unknown kind of attribute',
    event('<text key="k" value="v"/>'),
    'log.xes:2:39: has <text> in <event>; expected string, date, int, float, boolean, id, list, container',
  ],
  [
    'a trace in a trace',
    log('<trace><trace/></trace>'),
    'log.xes:2:15: has <trace> in <trace>; expected event, string, date, int, float, boolean, id, list, container',
  ],
  [
    'an attribute without a key',
    event('<string value="v"/>'),
    'log.xes:2:33: has a <string> without key="…"',
  ],
  [
    'an attribute without a value',
    event('<string key="k"/>'),
    'log.xes:2:31: has a <string key="k"> without value="…"',
  ],
  [
    'text instead of a value',
    event('<string key="k" value=""/>Ana'),
    'log.xes:2:44: has text in <event>, where XES has none: "Ana"; values are in value="…"',
  ],
  [
    'a time that is none',
    event('<date key="time:timestamp" value="yesterday"/>'),
    'log.xes:2:14: has "yesterday" as the time of an event (time:timestamp), which is no time like 2011-10-11T13:45:40.276+02:00',
  ],
  [
    'a day that is none',
    event('<date key="time:timestamp" value="2011-02-30T00:00:00Z"/>'),
    'log.xes:2:14: has "2011-02-30T00:00:00Z" as the time of an event (time:timestamp), which is no time like 2011-10-11T13:45:40.276+02:00',
  ],
  [
    'attributes too deep',
    event(nested(16)),
    'log.xes:2:318: has attributes more than 15 deep within each other',
  ],
  [
    'a value too long',
    event(`<string key="k" value="${'v'.repeat(100_001)}"/>`),
    'log.xes:2:100041: has an attribute "k" of more than 100,000 characters',
  ],
  [
    'an event too large',
    event('<string key="k" value="v"/>'.repeat(12_000)),
    'log.xes:2:306842: has an event of more than 250,000 characters in all',
  ],
  [
    'a comment without end',
    `<log><!-- ${'x'.repeat(1_200_000)}`,
    'log.xes:1:1179648: has a tag, comment or text of more than 1,048,576 characters',
  ],
  [
    'a tag without end',
    `<log ${'x'.repeat(1_200_000)}`,
    'log.xes:1:1114112: has a tag, comment or text of more than 1,048,576 characters',
  ],
  [
    'a packed file that was cut',
    gzipSync(event('<string key="k" value="v"/>')).subarray(0, 40),
    'log.xes: is packed with gzip, but it ends in the middle; fetch it again',
  ],
  [
    'a packed file that is damaged',
    Buffer.concat([gzipSync('x').subarray(0, 10), Buffer.from('nonsense')]),
    'log.xes: is packed with gzip, but its bytes are damaged; fetch it again',
  ],
  [
    'a packed file that unpacks beyond measure',
    gzipSync(
      `<log>${`<trace><string key="k" value="${'v'.repeat(99_000)}"/></trace>`.repeat(720)}</log>`,
    ),
    'log.xes: unpacks to more than 400 times its size, which no log does; unpack it yourself and name the unpacked file if it is one',
  ],
])('says where and why it refuses %s, and writes nothing', async (_, content, line) => {
  const store = memoryStore();
  const { outcome } = await importContent(content, { store });
  expect(outcome instanceof LogFault ? outcome.in('log.xes') : outcome).toBe(line);
  expect(await store.head()).toBe(start);
});

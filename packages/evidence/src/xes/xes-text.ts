import type { LogAttribute } from '@satu-atap/domain';
import type { ExportedCase } from '../cases/exported-case.ts';
import { encodedName, xmlText } from './xml-text.ts';

/** How a key is written. */
export type WriteKey = (key: string) => string;

/** A key as it is, whatever the schema says of it: what a log called it, it stays called. */
export const keyAsItIs: WriteKey = xmlText;
/** A key as the schema of XES wants it. */
export const keyAsName: WriteKey = (key) => xmlText(encodedName(key, { colons: true }));

/** A case as a `trace` of XES (IEEE 1849-2016, 5.4). */
export function traceText({ attributes, events }: ExportedCase, writeKey: WriteKey): string {
  let text = '\t<trace>\n' + attributesText(attributes, '\t\t', writeKey);
  for (const { attributes: ofEvent } of events) {
    text += '\t\t<event>\n' + attributesText(ofEvent, '\t\t\t', writeKey) + '\t\t</event>\n';
  }
  return text + '\t</trace>\n';
}

/** An event that belongs to no case. */
export function looseEventText(attributes: readonly LogAttribute[], writeKey: WriteKey): string {
  return '\t<event>\n' + attributesText(attributes, '\t\t', writeKey) + '\t</event>\n';
}

/** Attributes in their order, each on a line; those within an attribute inside it. */
export function attributesText(
  attributes: readonly LogAttribute[],
  indent: string,
  writeKey: WriteKey,
): string {
  let text = '';
  for (const [key, type, value, children] of attributes) {
    text += indent + beginning(type, key, writeKey);
    if (type !== 'list' && type !== 'container') text += ' value="' + xmlText(value) + '"';
    if (type === 'list') text += '>\n' + listText(children ?? [], indent, writeKey);
    else if (children && children.length > 0) {
      const inner = attributesText(children, indent + '\t', writeKey);
      text += '>\n' + inner + indent + '</' + type + '>\n';
    } else text += '/>\n';
  }
  return text;
}

/** How many beginnings of attributes are kept at hand: a log has some dozens of keys. */
const mostBeginnings = 10_000;
const beginnings = new Map<WriteKey, Map<string, Map<string, string>>>();
let kept = 0;

/** `<string key="concept:name"`: the same for every event. */
function beginning(type: string, key: string, writeKey: WriteKey): string {
  const ofType = beginnings.get(writeKey)?.get(type);
  const known = ofType?.get(key);
  if (known !== undefined) return known;
  const written = '<' + type + ' key="' + writeKey(key) + '"';
  if (kept >= mostBeginnings) {
    beginnings.clear();
    kept = 0;
  }
  const ofWay = beginnings.getOrInsertComputed(writeKey, () => new Map());
  ofWay.getOrInsertComputed(type, () => new Map<string, string>()).set(key, written);
  kept += 1;
  return written;
}

/** The schema wants `values` in every list, and a key on it. */
function listText(children: readonly LogAttribute[], indent: string, writeKey: WriteKey): string {
  const inner = attributesText(children, indent + '\t\t', writeKey);
  const open = indent + '\t<values key="values"';
  const values = inner === '' ? open + '/>\n' : open + '>\n' + inner + indent + '\t</values>\n';
  return values + indent + '</list>\n';
}

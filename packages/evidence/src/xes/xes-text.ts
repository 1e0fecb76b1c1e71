import type { LogAttribute } from '@satu-atap/domain';
import type { ExportedCase } from '../cases/exported-case.ts';
import { AttributeLines } from './attribute-lines.ts';
import { encodedName, xmlText } from './xml-text.ts';

/** How a key is written. */
export type WriteKey = (key: string) => string;

/** A key as it is, whatever the schema says of it: what a log called it, it stays called. */
export const keyAsItIs: WriteKey = xmlText;
/** A key as the schema of XES wants it. */
export const keyAsName: WriteKey = (key) => xmlText(encodedName(key, { colons: true }));

/** Writes the parts of an XES document, and keeps at hand what stands in it again and again. */
export class XesText {
  readonly #writeKey: WriteKey;
  readonly #lines: AttributeLines;

  constructor(writeKey: WriteKey) {
    this.#writeKey = writeKey;
    this.#lines = new AttributeLines(writeKey);
  }

  /** A case as a `trace` of XES (IEEE 1849-2016, 5.4). */
  trace({ attributes, events }: ExportedCase): string {
    let text = '\t<trace>\n' + this.attributes(attributes, '\t\t');
    for (const event of events) {
      text += '\t\t<event>\n' + this.attributes(event.attributes, '\t\t\t') + '\t\t</event>\n';
    }
    return text + '\t</trace>\n';
  }

  /** An event that belongs to no case. */
  looseEvent(attributes: readonly LogAttribute[]): string {
    return '\t<event>\n' + this.attributes(attributes, '\t\t') + '\t</event>\n';
  }

  /** Attributes in their order, each on a line; those within an attribute inside it. */
  attributes(attributes: readonly LogAttribute[], indent: string): string {
    let text = '';
    for (const attribute of attributes) {
      const [key, type, value, children] = attribute;
      text +=
        children === undefined && type !== 'list' && type !== 'container'
          ? this.#lines.of(indent, type, key, value)
          : this.#nested(attribute, indent);
    }
    return text;
  }

  #nested([key, type, value, children = []]: LogAttribute, indent: string): string {
    const begins = indent + '<' + type + ' key="' + this.#writeKey(key) + '"';
    if (type === 'list') return begins + '>\n' + this.#list(children, indent);
    const open = type === 'container' ? begins : begins + ' value="' + xmlText(value) + '"';
    if (children.length === 0) return open + '/>\n';
    const inner = this.attributes(children, indent + '\t');
    return open + '>\n' + inner + indent + '</' + type + '>\n';
  }

  /** The schema wants `values` in every list, and a key on it. */
  #list(children: readonly LogAttribute[], indent: string): string {
    const inner = this.attributes(children, indent + '\t\t');
    const open = indent + '\t<values key="values"';
    const values = inner === '' ? open + '/>\n' : open + '>\n' + inner + indent + '\t</values>\n';
    return values + indent + '</list>\n';
  }
}

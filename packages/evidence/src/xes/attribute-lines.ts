import type { WriteKey } from './xes-text.ts';
import { xmlText } from './xml-text.ts';

/** Texts kept in all; one more, and they are gathered anew. */
const mostKept = 20_000;
/** Values kept of one key: one that has more is an id or an instant, and none of them comes again. */
const mostValues = 500;
/** Characters of a value that is kept: longer ones are what people wrote. */
const longestValue = 100;

/** What is written of one key, of one type and at one depth. */
type Known = {
  type: string;
  indent: string;
  /** `<string key="concept:name" value="`: the same for every event. */
  begins: string;
  /** Whole lines by their values, as long as there are few: roles, types, titles. */
  lines: Map<string, string> | undefined;
};

/** Attributes without others in them, a line each. A log has some dozens of keys, and many values are alike. */
export class AttributeLines {
  readonly #writeKey: WriteKey;
  /** By key; nearly always there is one. */
  readonly #known = new Map<string, Known[]>();
  #kept = 0;

  constructor(writeKey: WriteKey) {
    this.#writeKey = writeKey;
  }

  of(indent: string, type: string, key: string, value: string): string {
    const alike = this.#known.get(key);
    let known = alike?.[0];
    if (known?.indent !== indent || known.type !== type) {
      known = alike?.find((one) => one.indent === indent && one.type === type);
      known ??= this.#added(indent, type, key);
    }
    const { begins, lines } = known;
    if (lines === undefined || value.length > longestValue)
      return begins + xmlText(value) + '"/>\n';
    const line = lines.get(value);
    if (line !== undefined) return line;
    const written = begins + xmlText(value) + '"/>\n';
    if (lines.size >= mostValues) {
      this.#kept -= lines.size;
      known.lines = undefined;
    } else {
      lines.set(value, written);
      this.#count();
    }
    return written;
  }

  #added(indent: string, type: string, key: string): Known {
    const begins = indent + '<' + type + ' key="' + this.#writeKey(key) + '" value="';
    const known: Known = { type, indent, begins, lines: new Map() };
    this.#known.getOrInsertComputed(key, () => []).push(known);
    this.#count();
    return known;
  }

  #count(): void {
    this.#kept += 1;
    if (this.#kept <= mostKept) return;
    this.#known.clear();
    this.#kept = 0;
  }
}

import { getNodeValue, type Node } from 'jsonc-parser';
import type { Source } from './digit-find.ts';
import type { ImportReport } from './digit-report.ts';
import { keyLetters } from './digit-scan.ts';

/** DIGIT's own columns hold no longer texts. */
const longestText = 256;

/** The fields of one JSON object, read as loosely as people write them; what is odd is reported. */
export class Fields {
  readonly #fields = new Map<string, { key: string; value: Node }>();
  readonly #source: Source;
  readonly #report: ImportReport;
  readonly line: number;

  /** @param known names that have a meaning, as DIGIT writes them; others are reported */
  constructor(node: Node, known: readonly string[], source: Source, report: ImportReport) {
    this.#source = source;
    this.#report = report;
    this.line = source.lineOf(node.offset);
    const names = new Map(known.map((name) => [keyLetters(name), name]));
    for (const property of node.children ?? []) {
      const [keyNode, value] = property.children ?? [];
      if (!keyNode || !value) continue;
      const key = String(keyNode.value);
      const line = source.lineOf(keyNode.offset);
      const name = names.get(keyLetters(key));
      if (name === undefined) this.#leave(key, value, line);
      else this.#take(name, key, value, line);
    }
  }

  #take(name: string, key: string, value: Node, line: number): void {
    const earlier = this.#fields.get(name);
    if (earlier && !alike(earlier.value, value)) {
      this.#report.fault(line, `"${clean(key)}" is given twice with different values; keep one`);
    } else if (earlier) {
      this.#report.decided.add(
        `"${name}" is given twice with the same value and counts once`,
        line,
      );
    } else if (key !== name) {
      this.#report.decided.add(`"${clean(key)}" is read as "${name}"`, line);
    }
    this.#fields.set(name, { key, value });
  }

  /** A time that is left out is left out with its value. */
  #leave(key: string, value: Node, line: number): void {
    const shown =
      /sla|time|days|hours/i.test(key) && !value.children ? ` (${clean(String(value.value))})` : '';
    this.#report.notCarried.add(`The key ${clean(key)}${shown} has no meaning here`, line);
  }

  node(name: string): Node | undefined {
    return this.#fields.get(name)?.value;
  }

  lineOf(name: string): number {
    const node = this.node(name);
    return node ? this.#source.lineOf(node.offset) : this.line;
  }

  /** A text without what is no text in it; null for none, also where it is written out. */
  text(name: string): string | null {
    const node = this.node(name);
    if (!node || node.type === 'null') return null;
    const line = this.lineOf(name);
    if (node.children) {
      this.#report.fault(line, `"${name}" holds a ${node.type}; give it a text`);
      return null;
    }
    const text = clean(String(node.value));
    if (text === 'null' || text === 'undefined') {
      this.#report.decided.add(`The text "${text}" as ${name} is taken for none`, line);
      return null;
    }
    if (text.length > longestText) {
      this.#report.fault(line, `"${name}" is longer than ${longestText} characters; shorten it`);
      return null;
    }
    return text === '' ? null : text;
  }

  flag(name: string, otherwise = false): boolean {
    const node = this.node(name);
    if (!node || node.type === 'null' || node.value === '') return otherwise;
    const text = clean(String(node.value)).toLowerCase();
    if (/^(true|yes|y|1)$/.test(text)) return true;
    if (!/^(false|no|n|0)$/.test(text)) {
      this.#report.decided.add(
        `${name} is neither true nor false and taken for ${otherwise}`,
        this.lineOf(name),
      );
      return otherwise;
    }
    return false;
  }

  /** The items of a list; what is an object or a text where a list should be is its only item. */
  list(name: string): Node[] {
    const node = this.node(name);
    if (!node || node.type === 'null' || node.value === '' || node.value === false) return [];
    if (node.type === 'array') return node.children ?? [];
    this.#report.decided.add(
      `${name} is no list and read as one of a single item`,
      this.lineOf(name),
    );
    return [node];
  }
}

/** A text without control characters, and with single spaces. */
export function clean(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\s\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Zl}\p{Zp}\uFFFD]+/gu, ' ')
    .trim();
}

function alike(a: Node, b: Node): boolean {
  return JSON.stringify(getNodeValue(a)) === JSON.stringify(getNodeValue(b));
}

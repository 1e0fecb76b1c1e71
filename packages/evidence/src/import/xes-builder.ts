import {
  logAttributeTypes,
  type LogAttribute,
  type LogAttributeType,
  type LogHeader,
} from '@satu-atap/domain';
import { LogFault, type Place } from './log-fault.ts';
import { inWords, logLimits, type LogCase, type LogEvent, type LogPart } from './log-part.ts';

type Kind = 'log' | 'trace' | 'event' | 'global' | 'attribute' | 'values' | 'leaf' | 'foreign';

/** An element that is open, and where attributes found in it belong. */
type Open = { kind: Kind; name: string; into: LogAttribute[]; attribute?: LogAttribute };

const types = new Set<string>(logAttributeTypes);
const attributesIn: readonly Kind[] = ['log', 'trace', 'event', 'global', 'attribute', 'values'];

/** Puts a log together from its elements. Every complaint names what was found and what was expected. */
export class XesBuilder {
  readonly #place: () => Place;
  readonly #give: (part: LogPart) => void;
  readonly #open: Open[] = [];
  readonly #header: LogHeader = { element: {}, extensions: [], globals: [], classifiers: [] };
  readonly #attributes: LogAttribute[] = [];
  #prefix = '';
  #isBegun = false;
  #case: LogCase | undefined;
  #event: LogEvent | undefined;
  #depth = 0;
  /** Elements of other vocabularies, which say nothing of the log. */
  #foreign = 0;
  /** Of the event, the case's own attributes, or the log's: characters and attributes so far. */
  readonly #size = { event: 0, caseOwn: 0, case: 0, header: 0 };
  readonly #count = { event: 0, case: 0 };

  constructor(place: () => Place, give: (part: LogPart) => void) {
    this.#place = place;
    this.#give = give;
  }

  header(): LogPart {
    const foreign = this.#foreign;
    return { kind: 'header', header: this.#header, attributes: this.#attributes, foreign };
  }

  open(qualified: string, xml: Readonly<Record<string, string>>): void {
    const above = this.#open.at(-1);
    const colon = qualified.indexOf(':');
    const prefix = colon < 0 ? '' : qualified.slice(0, colon);
    const name = qualified.slice(colon + 1);
    if (!above) return this.#openLog(name, prefix, xml);
    if (above.kind === 'foreign' || (prefix !== '' && prefix !== this.#prefix)) {
      if (above.kind !== 'foreign') this.#foreign++;
      return this.#push({ kind: 'foreign', name, into: [] });
    }
    const { kind } = above;
    if (types.has(name) && attributesIn.includes(kind)) {
      this.#openAttribute(name as LogAttributeType, xml, above);
    } else if (name === 'values' && above.attribute?.[1] === 'list') {
      this.#push({ kind: 'values', name, into: above.into });
    } else if (name === 'event' && (kind === 'trace' || kind === 'log')) this.#openEvent(name);
    else if (kind !== 'log') this.#unexpected(name, above);
    else if (name === 'trace') this.#openTrace();
    else this.#openHeader(name, xml, above);
  }

  close(): void {
    const closed = this.#open.pop();
    if (closed?.kind === 'attribute') this.#depth--;
    if (closed?.kind === 'event' && this.#event) {
      if (this.#case) this.#case.events.push(this.#event);
      else this.#give({ kind: 'event', event: this.#event });
      this.#event = undefined;
    }
    if (closed?.kind === 'trace' && this.#case) {
      this.#give({ kind: 'case', case: this.#case });
      this.#case = undefined;
    }
  }

  text(characters: string): void {
    const above = this.#open.at(-1);
    if (!above || above.kind === 'foreign' || characters.trim() === '') return;
    const found = JSON.stringify(characters.trim().slice(0, 40));
    this.#fail(
      `has text in <${above.name}>, where XES has none: ${found}; values are in value="…"`,
    );
  }

  #openLog(name: string, prefix: string, xml: Readonly<Record<string, string>>) {
    if (name !== 'log') this.#fail(`is no XES log: expected <log>, found <${name}>`);
    this.#prefix = prefix;
    for (const [key, value] of Object.entries(xml)) {
      this.#header.element[key] = value;
      this.#measure('header', key.length + value.length);
    }
    this.#push({ kind: 'log', name, into: this.#attributes });
  }

  #begin() {
    if (this.#isBegun) return;
    this.#isBegun = true;
    this.#give({ kind: 'begin', header: this.#header });
  }

  #openTrace() {
    this.#begin();
    this.#case = { attributes: [], events: [], place: this.#place() };
    Object.assign(this.#size, { case: 0, caseOwn: 0 });
    this.#count.case = 0;
    this.#push({ kind: 'trace', name: 'trace', into: this.#case.attributes });
  }

  #openEvent(name: string) {
    this.#begin();
    this.#event = { attributes: [], place: this.#place() };
    this.#size.event = 0;
    this.#count.event = 0;
    if (this.#case && this.#case.events.length >= logLimits.events) {
      this.#fail(`has a case of more than ${inWords(logLimits.events)} events`);
    }
    this.#push({ kind: 'event', name, into: this.#event.attributes });
  }

  #openHeader(name: string, xml: Readonly<Record<string, string>>, above: Open) {
    const value = (key: string) => xml[key] ?? '';
    const { extensions, globals, classifiers } = this.#header;
    this.#measure('header', 20 + Object.values(xml).reduce((sum, { length }) => sum + length, 0));
    if (name === 'extension') {
      extensions.push({ name: value('name'), prefix: value('prefix'), uri: value('uri') });
    } else if (name === 'classifier') {
      const { scope } = xml;
      const keys = value('keys');
      classifiers.push({ name: value('name'), ...(scope === undefined ? {} : { scope }), keys });
    } else if (name === 'global') {
      const global = { scope: value('scope'), attributes: [] };
      globals.push(global);
      return this.#push({ kind: 'global', name, into: global.attributes });
    } else this.#unexpected(name, above);
    this.#push({ kind: 'leaf', name, into: [] });
  }

  #openAttribute(type: LogAttributeType, xml: Readonly<Record<string, string>>, above: Open) {
    const { key, value } = xml;
    if (key === undefined) this.#fail(`has a <${type}> without key="…"`);
    const holds = type === 'list' || type === 'container';
    if (value === undefined && !holds)
      this.#fail(`has a <${type} key="${shown(key)}"> without value="…"`);
    const attribute: LogAttribute = [key, type, value ?? ''];
    if (Math.max(key.length, attribute[2].length) > logLimits.text) {
      const most = inWords(logLimits.text);
      this.#fail(`has an attribute "${shown(key)}" of more than ${most} characters`);
    }
    this.#depth++;
    if (this.#depth > logLimits.depth) {
      this.#fail(`has attributes more than ${logLimits.depth} deep within each other`);
    }
    this.#measureAttribute(key.length + attribute[2].length + 20);
    above.into.push(attribute);
    // An attribute has a list of its own only once something is found in it, below.
    this.#push({
      kind: 'attribute',
      name: type,
      into: holds ? withChildren(attribute) : [],
      attribute,
    });
    const around = above.attribute;
    if (around && around.length === 3) (around as unknown[]).push(above.into);
  }

  #measureAttribute(length: number) {
    const inEvent = this.#event !== undefined;
    const whose = inEvent ? 'event' : this.#case ? 'case' : 'header';
    if (whose === 'header') return this.#measure('header', length);
    this.#count[whose]++;
    if (this.#count[whose] > logLimits.attributes) {
      this.#fail(`has more than ${inWords(logLimits.attributes)} attributes in one ${whose}`);
    }
    this.#measure(inEvent ? 'event' : 'caseOwn', length);
    if (this.#case) this.#measure('case', length);
  }

  #measure(what: 'event' | 'caseOwn' | 'case' | 'header', length: number) {
    this.#size[what] += length;
    const most = what === 'caseOwn' ? logLimits.event : logLimits[what];
    if (this.#size[what] <= most) return;
    const names = {
      event: 'an event',
      caseOwn: 'attributes of a case',
      case: 'a case',
      header: 'attributes of the log',
    };
    this.#fail(`has ${names[what]} of more than ${inWords(most)} characters in all`);
  }

  #push(open: Open) {
    this.#open.push(open);
    if (this.#open.length > 1000) this.#fail('has elements more than 1,000 deep within each other');
  }

  #unexpected(name: string, above: Open): never {
    const attributes = logAttributeTypes.join(', ');
    const expected: Partial<Record<Kind, string>> = {
      log: `extension, global, classifier, trace, event, ${attributes}`,
      trace: `event, ${attributes}`,
      leaf: 'nothing',
    };
    const what = expected[above.kind] ?? attributes;
    return this.#fail(`has <${shown(name)}> in <${above.name}>; expected ${what}`);
  }

  #fail(message: string): never {
    throw new LogFault(message, this.#place());
  }
}

function withChildren(attribute: LogAttribute): LogAttribute[] {
  const children: LogAttribute[] = [];
  (attribute as unknown[]).push(children);
  return children;
}

function shown(text: string | undefined): string {
  const short = (text ?? '').slice(0, 60);
  return short.replaceAll(/[\p{Cc}\p{Cf}]/gu, '?');
}

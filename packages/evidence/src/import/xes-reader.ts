import { SaxesParser } from 'saxes';
import { LogFault, type Place } from './log-fault.ts';
import { inWords, logLimits, type LogPart } from './log-part.ts';
import { XesBuilder } from './xes-builder.ts';

/** Characters that are parsed at once. */
const piece = 64 * 1024;

/** A & that begins no entity, unless what would make it one comes with the next piece. */
const bare = /&(?!#?\w{1,30};)/g;

/**
 * Reads a log in XES (IEEE 1849-2016, and 1.0 and 2.0 before it), piece by piece. Liberal in what it
 * takes for XES: any namespace or none, attributes, globals and events in any order, extensions that
 * are not declared. Strict about XML: what is not well-formed, and any DOCTYPE, is refused.
 *
 * @throws LogFault with line and column
 */
export async function* readXes(text: AsyncIterable<string>): AsyncGenerator<LogPart[]> {
  const parser = new SaxesParser({ xmlns: false, position: true });
  let parts: LogPart[] = [];
  /** Characters since the parser last had something to say. */
  let silent = 0;
  const place = (): Place => ({ line: parser.line, column: parser.column });
  /** Where a & stands of which the parser complains only at the next semicolon, or at the end. */
  let ampersand: Place | undefined;
  const builder = new XesBuilder(place, (part) => parts.push(part));
  let isBegun = false;
  const heard = () => {
    silent = 0;
    ampersand = undefined;
  };
  const write = (some: string) => {
    let written = 0;
    for (const { index } of some.matchAll(bare)) {
      parser.write(some.slice(written, index + 1));
      written = index + 1;
      ampersand ??= place();
    }
    parser.write(written === 0 ? some : some.slice(written));
  };
  parser.on('error', (error) => {
    if (ampersand) {
      throw new LogFault('is no well-formed XML: has a & that should be &amp;', ampersand);
    }
    throw new LogFault(wellFormed(error.message, isBegun), place());
  });
  parser.on('doctype', () => {
    throw new LogFault(
      'has a DOCTYPE, which no log needs and which could make a small file a huge one; remove it',
      place(),
    );
  });
  parser.on('opentag', ({ name, attributes }) => {
    isBegun = true;
    heard();
    builder.open(name, attributes);
  });
  parser.on('closetag', () => {
    heard();
    builder.close();
  });
  parser.on('text', (characters) => {
    heard();
    builder.text(characters);
  });
  // No more listeners: with two more of them the parser's own properties become a dictionary, and it
  // takes five times as long. Text between tags, if only a line break, is heard of anyway.

  for await (const chunk of text) {
    for (let from = 0; from < chunk.length; from += piece) {
      const next = chunk.slice(from, from + piece);
      silent += next.length;
      write(next);
      if (silent > logLimits.markup) {
        const most = inWords(logLimits.markup);
        throw new LogFault(`has a tag, comment or text of more than ${most} characters`, place());
      }
    }
    if (parts.length > 0) yield parts;
    parts = [];
  }
  parser.close();
  yield [...parts, builder.header()];
}

/** What the XML parser says, for whoever may not know that it is one. */
function wellFormed(message: string, isBegun: boolean): string {
  // It begins with line and column, which are told apart from it.
  const [, reason = message] = /^\d+:\d+: (.*)$/s.exec(message) ?? [];
  const text = reason.replace(/\.$/, '');
  if (!isBegun && /text data outside of root|must contain a root/.test(text)) {
    return 'is no XML, so no XES log either: expected <log>; CSV is read by `import csv`';
  }
  if (text.startsWith('unclosed tag')) {
    return `ends in the middle: ${text.replace('unclosed tag: ', 'expected </')}>`;
  }
  if (text === 'unexpected end') return 'ends in the middle, or has an unescaped & or <';
  return `is no well-formed XML: ${text}`;
}

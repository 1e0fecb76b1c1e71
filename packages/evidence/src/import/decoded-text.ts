import { isUtf8 } from 'node:buffer';
import { LogFault } from './log-fault.ts';

/** Bytes in which a file says how it is written. */
const sniffed = 1024;

/** Decodes bytes as they come; what is left when there are no more. */
type Decode = (bytes: Buffer | undefined) => string;

/**
 * Bytes as text: by their byte order mark, else by what an XML declaration says, else UTF-8. A mark is
 * no part of the text.
 *
 * @throws LogFault for bytes that are no text in that encoding, and for an encoding nobody knows
 */
export async function* decoded(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let decode: Decode | undefined;
  let held = Buffer.alloc(0);
  for await (const part of bytes) {
    if (decode) {
      yield decode(part);
      continue;
    }
    held = Buffer.concat([held, part]);
    if (held.length < sniffed) continue;
    decode = decoderFor(held);
    yield decode(held);
  }
  if (!decode) {
    decode = decoderFor(held);
    yield decode(held);
  }
  yield decode(undefined);
}

function decoderFor(begin: Buffer): Decode {
  const encoding = encodingOf(begin);
  return /^utf-?8$/i.test(encoding) ? utf8() : otherEncoding(encoding);
}

function encodingOf(begin: Buffer): string {
  const [one, two, three, four] = begin;
  if (one === 0xff && two === 0xfe) return 'utf-16le';
  if (one === 0xfe && two === 0xff) return 'utf-16be';
  if (one === 0x3c && two === 0 && three === 0x3f && four === 0) return 'utf-16le';
  if (one === 0 && two === 0x3c && three === 0 && four === 0x3f) return 'utf-16be';
  const text = begin.subarray(0, sniffed).toString('latin1');
  const [, named = ''] =
    /^(?:\u00EF\u00BB\u00BF)?\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']/.exec(text) ?? [];
  // Whoever wrote the declaration of a text that can be read like this did not write UTF-16.
  return named === '' || /^utf-?16/i.test(named) ? 'utf-8' : named;
}

/**
 * UTF-8, several times as fast as a `TextDecoder` that is given it piece by piece, and with strings of
 * one byte a character where that will do.
 */
function utf8(): Decode {
  let begun = false;
  let line = 1;
  let held: Buffer = Buffer.alloc(0);
  return (part) => {
    const whole = part ? (held.length > 0 ? Buffer.concat([held, part]) : part) : held;
    const end = part ? completeTo(whole) : whole.length;
    const bytes = whole.subarray(0, end);
    held = whole.subarray(end);
    if (!isUtf8(bytes)) throw notIn('UTF-8', line + soundLines(bytes));
    const from = !begun && bytes.subarray(0, 3).equals(mark) ? mark.length : 0;
    begun ||= bytes.length > 0;
    const text = bytes.toString('utf8', from);
    line += linesIn(text);
    return text;
  };
}

const mark = Buffer.from([0xef, 0xbb, 0xbf]);

/** Up to where whole characters go. */
function completeTo(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function otherEncoding(encoding: string): Decode {
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(encoding, { fatal: true });
  } catch {
    throw new LogFault(
      `is said to be written in "${encoding.slice(0, 40)}", which is not known; save it as UTF-8`,
    );
  }
  let line = 1;
  return (part) => {
    try {
      const text = part ? decoder.decode(part, { stream: true }) : decoder.decode();
      line += linesIn(text);
      return text;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw notIn(decoder.encoding.toUpperCase(), line, 'from');
    }
  };
}

/** How many lines there are before the first that is no UTF-8. */
function soundLines(bytes: Buffer): number {
  let lines = 0;
  for (let from = 0; from < bytes.length; lines++) {
    const end = bytes.indexOf(0x0a, from);
    const next = end < 0 ? bytes.length : end + 1;
    if (!isUtf8(bytes.subarray(from, next))) break;
    from = next;
  }
  return lines;
}

function linesIn(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}

function notIn(encoding: string, line: number, from = 'in'): LogFault {
  return new LogFault(
    `holds bytes ${from} line ${line} that are no text in ${encoding}; save it as UTF-8 ` +
      '(Excel: CSV UTF-8), or have its XML declaration name its encoding',
  );
}

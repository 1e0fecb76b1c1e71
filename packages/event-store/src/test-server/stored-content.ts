import { isUtf8 } from 'node:buffer';

/** What an event carries: bytes, and whether its writer called them JSON. */
export type Content = { bytes: Uint8Array; isJson: boolean };

/**
 * The embedded store keeps text. JSON lies there as it came, so that its files and this server's are
 * alike; anything else as this mark, which no JSON begins with, the kind, and base64.
 */
const mark = '\u0001';
const kinds = { json: 'j', binary: 'b' };

export function toStored({ bytes, isJson }: Content): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isJson && isUtf8(buffer) && buffer[0] !== mark.charCodeAt(0)) return buffer.toString('utf8');
  return mark + (isJson ? kinds.json : kinds.binary) + buffer.toString('base64');
}

export function fromStored(text: string): Content {
  if (!text.startsWith(mark)) return { bytes: Buffer.from(text, 'utf8'), isJson: true };
  return { bytes: Buffer.from(text.slice(2), 'base64'), isJson: text[1] === kinds.json };
}

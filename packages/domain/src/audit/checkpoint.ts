import { fromBase64, toBase64 } from './base64.ts';
import { hashLength } from './merkle-tree.ts';
import { isKeyName } from './signed-note.ts';

/** What a signed checkpoint says of a log: that it had this root when it had this many leaves. */
export type Checkpoint = {
  /** Which log: the name of its keys. */
  origin: string;
  size: number;
  root: Uint8Array;
};

/** The text that is signed. @see https://c2sp.org/tlog-checkpoint */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

/** Undefined for a text that is no checkpoint. Lines that extend it are left aside. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  if (!text.endsWith('\n')) return undefined;
  const [origin = '', decimal = '', base64 = '', ...extensions] = text.slice(0, -1).split('\n');
  const size = Number(decimal);
  const root = fromBase64(base64);
  if (origin === '' || !/^(0|[1-9]\d*)$/.test(decimal) || !Number.isSafeInteger(size)) {
    return undefined;
  }
  if (root?.length !== hashLength || extensions.includes('')) return undefined;
  return { origin, size, root };
}

/** The first line of a note that introduces a key: no origin has spaces, so no checkpoint begins so. */
const introduction = 'satu-atap signing key';

/** The text by which a log's key names the one that follows it. */
export function formatKeyIntroduction(vkey: string): string {
  return `${introduction}\n${vkey}\n`;
}

/** The vkey that the text introduces; undefined when it introduces none. */
export function parseKeyIntroduction(text: string): string | undefined {
  const [first, vkey, end, ...more] = text.split('\n');
  const isSound = first === introduction && end === '' && more.length === 0;
  return isSound ? vkey : undefined;
}

/** Whether a text can name a log, and so its keys. */
export const isOrigin = isKeyName;

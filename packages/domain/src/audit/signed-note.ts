import { hash } from 'node:crypto';
import { fromBase64, toBase64 } from './base64.ts';

/** One signature of a note: who says to have made it, and what it is. */
type NoteSignature = {
  name: string;
  /** Of the key: 8 hexadecimal digits. */
  keyId: string;
  signature: Uint8Array;
};

/** A text and its signatures, as C2SP's signed-note lays them out. */
export type SignedNote = {
  /** With the line break that ends it: the bytes that are signed, as UTF-8. */
  text: string;
  signatures: NoteSignature[];
};

/** A public key with its name, as C2SP's signed-note writes it: a vkey. */
export type VerifierKey = {
  name: string;
  keyId: string;
  /** Ed25519, 32 bytes (RFC 8032). */
  publicKey: Uint8Array;
};

/** Whether an Ed25519 signature is that of the message. Never throws. */
export type Verify = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

/** What C2SP's signed-note calls Ed25519. */
const ed25519 = 1;
const publicKeyLength = 32;

const longestNote = 1_000_000;
const mostSignatures = 100;

/**
 * Reads a signed note; undefined for what is none. Signatures are not verified here.
 *
 * @see https://c2sp.org/signed-note
 */
export function parseNote(note: string): SignedNote | undefined {
  if (note.length > longestNote || !note.isWellFormed() || hasControls(note)) {
    return undefined;
  }
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) return undefined;
  const lines = note.slice(end + 2, -1).split('\n');
  if (lines.length > mostSignatures) return undefined;
  const signatures: NoteSignature[] = [];
  for (const line of lines) {
    const signature = parseSignature(line);
    if (!signature) return undefined;
    signatures.push(signature);
  }
  return { text: note.slice(0, end + 1), signatures };
}

/** ASCII controls other than the line break: no note has them. */
function hasControls(note: string): boolean {
  // oxlint-disable-next-line no-control-regex
  return /[\u0000-\u0009\u000b-\u001f]/.test(note);
}

function parseSignature(line: string): NoteSignature | undefined {
  const [, name, base64] = /^\u2014 (\S+) (\S+)$/u.exec(line) ?? [];
  if (name === undefined || base64 === undefined || !isKeyName(name)) return undefined;
  const bytes = fromBase64(base64);
  if (!bytes || bytes.length < 5) return undefined;
  return { name, keyId: hex(bytes.subarray(0, 4)), signature: bytes.subarray(4) };
}

/** @throws RangeError for a text that no note can have */
export function formatNote({ text, signatures }: SignedNote): string {
  const lines = signatures.map(({ name, keyId, signature }) => {
    const bytes = Buffer.concat([Buffer.from(keyId, 'hex'), signature]);
    return `\u2014 ${name} ${toBase64(bytes)}\n`;
  });
  const note = `${text}\n${lines.join('')}`;
  if (parseNote(note)?.text !== text) throw new RangeError('this text cannot be signed as a note');
  return note;
}

/**
 * The text of a note that somebody known has signed, and who; undefined when nobody known has, or when
 * a signature that names a known key is not that key's. Signatures of others say nothing.
 */
export function openNote(
  note: string,
  keys: readonly VerifierKey[],
  verify: Verify,
): { text: string; signedBy: VerifierKey[] } | undefined {
  const parsed = parseNote(note);
  if (!parsed) return undefined;
  const message = Buffer.from(parsed.text, 'utf8');
  const signedBy: VerifierKey[] = [];
  for (const { name, keyId, signature } of parsed.signatures) {
    const key = keys.find((one) => one.name === name && one.keyId === keyId);
    if (!key) continue;
    if (!verify(key.publicKey, message, signature)) return undefined;
    if (!signedBy.includes(key)) signedBy.push(key);
  }
  return signedBy.length === 0 ? undefined : { text: parsed.text, signedBy };
}

/** A key's name: not empty, without white space, and without the plus that ends it in a vkey. */
export function isKeyName(name: string): boolean {
  return /^[^\s+\p{Cc}\p{Z}]{1,250}$/u.test(name) && name.isWellFormed();
}

/** @throws RangeError for a name or a key that cannot be one */
export function verifierKey(name: string, publicKey: Uint8Array): VerifierKey {
  if (!isKeyName(name)) {
    throw new RangeError('a key’s name has at least a character, no white space and no plus');
  }
  if (publicKey.length !== publicKeyLength) throw new RangeError('a public key has 32 bytes');
  const encoded = Buffer.from([ed25519, ...publicKey]);
  const digest = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`, 'utf8'), encoded]), 'hex');
  return { name, keyId: digest.slice(0, 8), publicKey };
}

/** `<name>+<key id>+<base64>`: what is given to whoever verifies. */
export function formatVkey({ name, keyId, publicKey }: VerifierKey): string {
  return `${name}+${keyId}+${toBase64(Buffer.from([ed25519, ...publicKey]))}`;
}

/** Undefined for what is no vkey of an Ed25519 key, or bears another key's id. */
export function parseVkey(vkey: string): VerifierKey | undefined {
  // The name has no plus; base64 may have some.
  const [, name, keyId, base64] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/u.exec(vkey) ?? [];
  if (name === undefined || base64 === undefined || !isKeyName(name)) return undefined;
  const bytes = fromBase64(base64);
  if (bytes?.[0] !== ed25519 || bytes.length !== 1 + publicKeyLength) return undefined;
  const key = verifierKey(name, bytes.subarray(1));
  return key.keyId === keyId ? key : undefined;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  formatKeyIntroduction,
  formatVkey,
  isOrigin,
  parseVkey,
  type Actor,
} from '@satu-atap/domain';
import { WrongExpectedRevisionError, type EventStore } from '../event-store.ts';
import { newPrivateKey, noteSigner, privateKeyFrom, type NoteSigner } from './ed25519.ts';
import {
  integrityEvent,
  integrityHead,
  integrityStream,
  introducedKeys,
} from './integrity-stream.ts';
import { WrongSigningKeyError } from './sign-checkpoints.ts';

/** There is no key to sign with, or a file that holds none. */
export class NoSigningKeyError extends Error {
  override readonly name = 'NoSigningKeyError';
}

export type SigningKeyPlace = {
  /** The private key, PKCS #8 PEM. */
  file: string;
  /** What the log is called, where nothing is signed yet; made up when absent. */
  origin?: string | undefined;
  /** Whether a log that has no key yet may be given one. */
  mayCreate?: boolean;
};

/**
 * The key that this log is signed with now. One that a rotation left beside it half-way takes its place.
 *
 * @throws NoSigningKeyError when there is none and none may be made
 * @throws WrongSigningKeyError when the key at hand is not the log's
 * @throws what `integrityHead` throws
 */
export async function openSigner(
  store: Pick<EventStore, 'read'>,
  { file, origin, mayCreate = false }: SigningKeyPlace,
): Promise<NoteSigner> {
  if (origin !== undefined && !isOrigin(origin)) {
    throw new RangeError('the name of a log has no white space and no plus, as in mpp.example/log');
  }
  const newest = (await introducedKeys(store, await integrityHead(store))).at(-1);
  if (!newest) {
    const name = origin ?? `satu-atap/${randomBytes(4).toString('hex')}`;
    if (mayCreate) await createKey(file);
    return noteSigner(name, privateKeyFrom(await pemOf(file)));
  }
  const name = parseVkey(newest.vkey)?.name ?? '';
  if (origin !== undefined && origin !== name) {
    throw new WrongSigningKeyError(
      `this log is called ${name}, and cannot be called ${origin} now`,
    );
  }
  const signer = noteSigner(name, privateKeyFrom(await pemOf(file)));
  if (formatVkey(signer.key) === newest.vkey) return signer;
  const rotated = await rotatedSigner(file, name);
  if (rotated && formatVkey(rotated.key) === newest.vkey) {
    await rename(nextFile(file), file);
    return rotated;
  }
  throw new WrongSigningKeyError(
    `this log is signed with ${newest.vkey}, and the key in ${file} is ${formatVkey(signer.key)}`,
  );
}

/**
 * Makes a new key, has the present one introduce it in the log, and puts it in its place. Killed at any
 * point, the key that the log names last is at hand.
 *
 * @param aside where to put the new key instead, when the present one lies where nothing can be written;
 *   whoever runs the engine then puts it in its place
 * @returns the vkey of the new key
 * @throws as `openSigner` does
 */
export async function rotateSigningKey(
  store: Pick<EventStore, 'read' | 'append'>,
  place: SigningKeyPlace,
  { actor, now, aside }: { actor: Actor; now: () => Temporal.Instant; aside?: string | undefined },
): Promise<string> {
  const { file } = place;
  const signer = await openSigner(store, place);
  const pem = newPrivateKey();
  if (aside === undefined) await rm(nextFile(file), { force: true });
  await writePrivately(aside ?? nextFile(file), pem);
  const next = formatVkey(noteSigner(signer.key.name, privateKeyFrom(pem)).key);
  for (;;) {
    const head = await integrityHead(store);
    const keys = await introducedKeys(store, head);
    if (head.keyAt === undefined) {
      throw new NoSigningKeyError('this log has no key yet: sign a checkpoint first');
    }
    if (keys.at(-1)?.vkey !== formatVkey(signer.key)) {
      throw new WrongSigningKeyError('somebody else has rotated the key meanwhile');
    }
    const note = signer.sign(formatKeyIntroduction(next));
    const data = { vkey: next, note, previous: head.keyAt };
    const event = integrityEvent({ type: 'SigningKeyIntroduced', data }, { actor, now: now() });
    try {
      await store.append(integrityStream, [event], head.revision);
      break;
    } catch (error) {
      // A checkpoint came in between: the key follows it.
      if (!(error instanceof WrongExpectedRevisionError)) throw error;
    }
  }
  if (aside === undefined) await rename(nextFile(file), file);
  return next;
}

/** Where a new key waits until the log names it. */
function nextFile(file: string): string {
  return `${file}.new`;
}

async function rotatedSigner(file: string, name: string): Promise<NoteSigner | undefined> {
  try {
    return noteSigner(name, privateKeyFrom(await readFile(nextFile(file), 'utf8')));
  } catch {
    return undefined;
  }
}

async function pemOf(file: string): Promise<string> {
  try {
    const pem = await readFile(file, 'utf8');
    privateKeyFrom(pem);
    return pem;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = error instanceof RangeError ? error.message : `it cannot be read (${code})`;
    throw new NoSigningKeyError(`${file} holds no signing key: ${reason}`, { cause: error });
  }
}

/** Makes a key unless there is one. Whoever else makes one at the same time: one of them stands. */
async function createKey(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const draft = join(dirname(file), `.${randomUUID()}.pem`);
  await writePrivately(draft, newPrivateKey());
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Nobody but its owner may read it; it is on disk when this resolves. */
async function writePrivately(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

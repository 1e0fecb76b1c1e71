import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { KeyRingUnavailableError } from './key-ring.ts';

const cipher = 'aes-256-gcm';
/** NIST SP 800-38D, 8.2: 96 bits, and random (8.2.2). */
const ivBytes = 12;
const tagBytes = 16;
const keyBytes = 32;

/** A key as it is kept: wrapped with the master key, or as it is. */
type KeptKey = { kept: Uint8Array; wrapped: boolean };

/** How keys are kept: wrapped with a master key, where there is one. */
export type KeyWrapping = {
  /** Makes a key, as it is used and as it is kept. */
  make(id: string): KeptKey & { key: KeyObject };
  /** @throws KeyRingUnavailableError for a wrapped key without its master key */
  unwrap(id: string, kept: KeptKey): KeyObject;
};

/** @param masterKeyFile a file with 32 random bytes in base64 @throws KeyRingUnavailableError */
export function keyWrapping(masterKeyFile?: string): KeyWrapping {
  const master = masterKeyFile === undefined ? undefined : masterKeyIn(masterKeyFile);
  return {
    make(id) {
      const bytes = randomBytes(keyBytes);
      const key = createSecretKey(bytes);
      return master
        ? { key, kept: encrypt(master, bytes, id), wrapped: true }
        : { key, kept: bytes, wrapped: false };
    },
    unwrap(id, { kept, wrapped }) {
      if (!wrapped) return createSecretKey(kept);
      if (!master) {
        throw new KeyRingUnavailableError(
          'the keys of personal data are wrapped with a master key: set SATU_ATAP_MASTER_KEY_FILE ' +
            'to the file that holds it',
        );
      }
      const bytes = decrypt(master, kept, id);
      if (bytes) return createSecretKey(bytes);
      throw new KeyRingUnavailableError(
        `the key ${id} does not open with the master key of SATU_ATAP_MASTER_KEY_FILE: it was ` +
          'wrapped with another, or altered',
      );
    },
  };
}

/**
 * AES-256-GCM: initialisation vector, ciphertext, tag.
 *
 * @param bound what the ciphertext belongs to: it opens nowhere else
 */
export function encrypt(key: KeyObject, plain: Uint8Array, bound: string): Buffer {
  const iv = randomBytes(ivBytes);
  const sealing = createCipheriv(cipher, key, iv, { authTagLength: tagBytes });
  sealing.setAAD(Buffer.from(bound));
  return Buffer.concat([iv, sealing.update(plain), sealing.final(), sealing.getAuthTag()]);
}

/** @returns undefined for what was altered, bound to something else, or sealed with another key */
export function decrypt(key: KeyObject, box: Uint8Array, bound: string): Buffer | undefined {
  if (box.byteLength < ivBytes + tagBytes) return undefined;
  const end = box.byteLength - tagBytes;
  const opening = createDecipheriv(cipher, key, box.subarray(0, ivBytes), {
    authTagLength: tagBytes,
  });
  opening.setAAD(Buffer.from(bound));
  opening.setAuthTag(box.subarray(end));
  const plain = opening.update(box.subarray(ivBytes, end));
  try {
    // Gives nothing more, GCM is no block mode: it only checks the tag.
    opening.final();
    return plain;
  } catch {
    // The one thing that `final` says no to: the tag does not fit.
    return undefined;
  }
}

function masterKeyIn(file: string): KeyObject {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new KeyRingUnavailableError(
      `SATU_ATAP_MASTER_KEY_FILE: ${file} cannot be read (${code})`,
    );
  }
  const bytes = Buffer.from(text, 'base64');
  if (bytes.byteLength !== keyBytes || bytes.toString('base64') !== text) {
    throw new KeyRingUnavailableError(
      `SATU_ATAP_MASTER_KEY_FILE: ${file} must hold 32 random bytes in base64, as ` +
        '`openssl rand -base64 32` prints them',
    );
  }
  return createSecretKey(bytes);
}

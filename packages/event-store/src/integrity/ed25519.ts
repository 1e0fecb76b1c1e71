import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import {
  formatNote,
  verifierKey,
  type SignedNote,
  type VerifierKey,
  type Verify,
} from '@satu-atap/domain';

/** What Ed25519 public keys begin with in DER (RFC 8410, 4): the key's 32 bytes follow. */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/** Whether an Ed25519 signature is that of the message (RFC 8032); false for anything that is none. */
export const verifyEd25519: Verify = (publicKey, message, signature) => {
  try {
    const key = createPublicKey({
      key: Buffer.concat([spkiPrefix, publicKey]),
      format: 'der',
      type: 'spki',
    });
    return verify(null, message, key, signature);
  } catch {
    return false;
  }
};

/** A private key under the name of a log: signs notes. */
export type NoteSigner = { key: VerifierKey; sign(text: string): string };

/** @throws RangeError for a name that no key can have */
export function noteSigner(name: string, privateKey: KeyObject): NoteSigner {
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  const key = verifierKey(name, new Uint8Array(spki.subarray(spkiPrefix.length)));
  return {
    key,
    sign(text) {
      const signature = sign(null, Buffer.from(text, 'utf8'), privateKey);
      const note: SignedNote = { text, signatures: [{ name, keyId: key.keyId, signature }] };
      return formatNote(note);
    },
  };
}

/** @throws RangeError for text that is no Ed25519 private key in PEM */
export function privateKeyFrom(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch (error) {
    throw new RangeError('it is no private key in PEM', { cause: error });
  }
  if (key.asymmetricKeyType !== 'ed25519') throw new RangeError('it is no Ed25519 key');
  return key;
}

/** A new private key in PKCS #8 PEM. */
export function newPrivateKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });
}

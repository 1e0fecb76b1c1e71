import type { Readable } from 'node:stream';
import type { Problematic } from '../problems/problem.ts';

/** Where documents' contents live, under the SHA-256 of what they hold: the same content is kept once. */
export type DocumentStore = {
  /**
   * Takes a content in, durably: once it resolves the content survives `kill -9`. What was refused,
   * or broke off, leaves nothing behind.
   *
   * @returns the content's hash and size, or `document-too-large`, `document-empty`,
   * `document-content-mismatch`
   * @throws whatever `content` throws, as when the sender goes away
   */
  put(
    content: AsyncIterable<Uint8Array>,
    expected: { mediaType: string; maxBytes: number },
  ): Promise<StoredDocument | Problematic>;

  /** @throws Error when there is no such content: an event promises it, so that is a fault */
  open(sha256: string): Promise<Readable>;

  /**
   * The same for who need not have it.
   *
   * @returns undefined where the content is gone, as an erasure has it
   */
  find(sha256: string): Promise<Readable | undefined>;

  /** Destroys a content, durably; that there is none is no fault. */
  remove(sha256: string): Promise<void>;
};

/** `sha256` in lower-case hexadecimal. */
export type StoredDocument = { sha256: string; bytes: number };

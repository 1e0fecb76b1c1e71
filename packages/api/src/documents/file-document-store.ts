import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileTypeFromFile } from 'file-type';
import { isProblematic, type Problematic } from '../problems/problem.ts';
import type { DocumentStore, StoredDocument } from './document-store.ts';

/** Documents as files: `<folder>/<first two digits>/<sha256>`; what is still coming in is in `incoming`. */
export class FileDocumentStore implements DocumentStore {
  readonly #folder: string;
  readonly #incoming: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.#incoming = join(folder, 'incoming');
  }

  async put(
    content: AsyncIterable<Uint8Array>,
    { mediaType, maxBytes }: { mediaType: string; maxBytes: number },
  ): Promise<StoredDocument | Problematic> {
    await mkdir(this.#incoming, { recursive: true });
    const draft = join(this.#incoming, randomUUID());
    try {
      const written = await write(draft, content, maxBytes);
      if (isProblematic(written)) return written;
      const found = (await fileTypeFromFile(draft))?.mime;
      if (found !== mediaType) {
        const mismatch = { type: 'document-content-mismatch', declared: mediaType } as const;
        return { refusal: found === undefined ? mismatch : { ...mismatch, found } };
      }
      await this.#keep(draft, written.sha256);
      return written;
    } finally {
      await rm(draft, { force: true });
    }
  }

  async open(sha256: string): Promise<Readable> {
    const file = await open(this.#path(sha256));
    return file.createReadStream();
  }

  async find(sha256: string): Promise<Readable | undefined> {
    return this.open(sha256).catch(noneWhereAbsent(undefined));
  }

  async remove(sha256: string): Promise<void> {
    const path = this.#path(sha256);
    const removed = await rm(path).then(() => true, noneWhereAbsent(false));
    if (removed) await sync(dirname(path));
  }

  /**
   * Removes uploads that a killed engine left half done.
   *
   * @param before those that nobody has written to since: long ago, for others may be taking uploads here
   * @returns how many there were
   */
  async removeAbandoned(before: Temporal.Instant): Promise<number> {
    const drafts = await readdir(this.#incoming).catch(noneWhereAbsent<string[]>([]));
    let removed = 0;
    for (const name of drafts) {
      const draft = join(this.#incoming, name);
      // Whoever takes uploads beside us may just have ended this one.
      const written = await stat(draft).catch(noneWhereAbsent(undefined));
      if (!written || written.mtimeMs >= before.epochMilliseconds) continue;
      await rm(draft, { force: true });
      removed += 1;
    }
    return removed;
  }

  /** The name becomes durable with its folder. */
  async #keep(draft: string, sha256: string): Promise<void> {
    const path = this.#path(sha256);
    const folder = dirname(path);
    const made = await mkdir(folder, { recursive: true });
    await rename(draft, path);
    await sync(folder);
    if (made !== undefined) await sync(this.#folder);
  }

  #path(sha256: string): string {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error('not the name of a content');
    return join(this.#folder, sha256.slice(0, 2), sha256);
  }
}

/** What to answer of a file or folder that is not there; any other fault is thrown on. */
function noneWhereAbsent<None>(none: None): (error: unknown) => None {
  return (error) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return none;
  };
}

/** Writes and syncs a file while hashing and counting it; stops at the limit. */
async function write(
  path: string,
  content: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<StoredDocument | Problematic> {
  const file = await open(path, 'wx', 0o600);
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of content) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) return { refusal: { type: 'document-too-large', bytes, maxBytes } };
      hash.update(chunk);
      await writeAll(file, chunk);
    }
    if (bytes === 0) return { refusal: { type: 'document-empty' } };
    await file.sync();
    return { sha256: hash.digest('hex'), bytes };
  } finally {
    await file.close();
  }
}

/** A single write may take less than it was given. */
async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  let written = 0;
  while (written < chunk.byteLength) {
    written += (await file.write(chunk, written)).bytesWritten;
  }
}

async function sync(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

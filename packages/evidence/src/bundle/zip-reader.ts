import { createHash } from 'node:crypto';
import { open, type Entry, type ZipFile } from 'yauzl';
import { entryName } from './bundle-format.ts';
import type { Packed } from './zip-writer.ts';

/** A file that is no bundle of evidence, or is damaged so that it cannot be read. */
export class BundleUnreadableError extends Error {
  override readonly name = 'BundleUnreadableError';
}

/** More entries than any bundle has. */
const mostEntries = 200_000;
/** The longest text that is held in memory, in bytes: one application's events are far shorter. */
const longestText = 512 * 1024 * 1024;

/**
 * An archive that somebody was handed, and nobody need trust: names are plain, sizes are held to what the
 * archive says of them, and texts to a limit.
 */
export class ZipReader {
  readonly #zip: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;

  private constructor(zip: ZipFile, entries: ReadonlyMap<string, Entry>) {
    this.#zip = zip;
    this.#entries = entries;
  }

  /** @throws BundleUnreadableError */
  static async open(file: string): Promise<ZipReader> {
    const zip = await opened(file);
    try {
      return new ZipReader(zip, await entriesOf(zip));
    } catch (error) {
      zip.close();
      throw error;
    }
  }

  get names(): IterableIterator<string> {
    return this.#entries.keys();
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** A whole text. @throws BundleUnreadableError where there is none, or it is no UTF-8 */
  async text(name: string): Promise<string> {
    const entry = this.#entries.get(name);
    if (!entry) throw new BundleUnreadableError(`it has no ${name}`);
    if (entry.uncompressedSize > longestText) {
      throw new BundleUnreadableError(`${name} is longer than ${longestText} bytes`);
    }
    const pieces: Uint8Array[] = [];
    for await (const piece of this.#content(name, entry)) pieces.push(piece);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
        Buffer.concat(pieces),
      );
    } catch {
      throw new BundleUnreadableError(`${name} is no text in UTF-8`);
    }
  }

  /** Size and SHA-256 of an entry, without holding it. @throws BundleUnreadableError */
  async measured(name: string): Promise<Packed> {
    const entry = this.#entries.get(name);
    if (!entry) throw new BundleUnreadableError(`it has no ${name}`);
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const piece of this.#content(name, entry)) {
      hash.update(piece);
      bytes += piece.byteLength;
    }
    return { bytes, sha256: hash.digest('hex') };
  }

  close(): void {
    this.#zip.close();
  }

  async *#content(name: string, entry: Entry): AsyncGenerator<Uint8Array> {
    try {
      const stream = await this.#zip.openReadStreamPromise(entry);
      for await (const piece of stream) yield piece as Uint8Array;
    } catch (error) {
      throw new BundleUnreadableError(`${name} cannot be read: ${messageOf(error)}`);
    }
  }
}

function opened(file: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    open(file, { lazyEntries: true, autoClose: false }, (error, zip) => {
      if (error) reject(new BundleUnreadableError(`it is no ZIP archive: ${messageOf(error)}`));
      else resolve(zip);
    });
  });
}

async function entriesOf(zip: ZipFile): Promise<Map<string, Entry>> {
  if (zip.entryCount > mostEntries) {
    throw new BundleUnreadableError(`it has more than ${mostEntries} files`);
  }
  const entries = new Map<string, Entry>();
  try {
    for await (const entry of zip.eachEntry()) {
      const { fileName } = entry;
      if (!entryName.safeParse(fileName).success) {
        throw new BundleUnreadableError(`no bundle has a file named ${JSON.stringify(fileName)}`);
      }
      if (entries.has(fileName)) throw new BundleUnreadableError(`it has ${fileName} twice`);
      entries.set(fileName, entry);
    }
  } catch (error) {
    if (error instanceof BundleUnreadableError) throw error;
    throw new BundleUnreadableError(`its list of files cannot be read: ${messageOf(error)}`);
  }
  return entries;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

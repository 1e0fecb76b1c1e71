import { createHash } from 'node:crypto';
import { Readable, Transform, type PassThrough } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/** A file as it lies in the archive: its size in bytes and its SHA-256. */
export type Packed = { bytes: number; sha256: string };

/** Files into a ZIP archive, one after the other, each hashed on its way. */
export class ZipWriter {
  readonly #zip = new ZipFile();
  readonly #at: Date;
  /** Says so when nobody takes the bytes any more. */
  readonly #brokenOff = new AbortController();
  /** What was packed, by its name. */
  readonly packed: Record<string, Packed> = {};

  /** @param at the time that entries bear */
  constructor(at: Date) {
    this.#at = at;
    finished(this.output).catch((error: unknown) => this.#brokenOff.abort(error));
  }

  /** The archive's bytes, as they come; whoever destroys it ends the archive. */
  get output(): Readable {
    // Its types promise less than yazl makes.
    return this.#zip.outputStream as PassThrough;
  }

  /** @throws whatever `content` throws, or when it was ended from outside; it is then to be thrown away */
  async add(name: string, content: string | Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
    const hash = createHash('sha256');
    let bytes = 0;
    const counted = new Transform({
      signal: this.#brokenOff.signal,
      transform(chunk: Uint8Array, _encoding, done) {
        hash.update(chunk);
        bytes += chunk.byteLength;
        done(null, chunk);
      },
    });
    const pieces = typeof content === 'string' ? [Buffer.from(content)] : pieceOf(content);
    const source = Readable.from(pieces, { objectMode: false });
    this.#zip.addReadStream(counted, name, { mtime: this.#at, mode: 0o100_644 });
    await Promise.all([pipeline(source, counted), finished(counted)]);
    this.packed[name] = { bytes, sha256: hash.digest('hex') };
  }

  /** Ends the archive, when its last bytes have been taken. */
  async end(): Promise<void> {
    this.#zip.end();
    await finished(this.output);
  }
}

function pieceOf(content: Uint8Array | AsyncIterable<Uint8Array>) {
  return content instanceof Uint8Array ? [content] : content;
}

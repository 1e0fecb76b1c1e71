import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Readable, Transform } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/** A file as it lies in the archive: its size in bytes and its SHA-256. */
export type Packed = { bytes: number; sha256: string };

/** Files into a ZIP archive, one after the other, each hashed on its way. */
export class ZipWriter {
  readonly #zip = new ZipFile();
  readonly #at: Date;
  /** What was packed, by its name. */
  readonly packed: Record<string, Packed> = {};

  /** @param at the time that entries bear */
  constructor(at: Date) {
    this.#at = at;
  }

  /** The archive's bytes, as they come. */
  get output(): NodeJS.ReadableStream {
    return this.#zip.outputStream;
  }

  /** @throws whatever `content` throws; the archive is then to be thrown away */
  async add(name: string, content: string | Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
    const hash = createHash('sha256');
    let bytes = 0;
    const counted = new Transform({
      transform(chunk: Uint8Array, _encoding, done) {
        hash.update(chunk);
        bytes += chunk.byteLength;
        done(null, chunk);
      },
    });
    const pieces = typeof content === 'string' ? [Buffer.from(content)] : pieceOf(content);
    const source = Readable.from(pieces, { objectMode: false });
    source.on('error', (error) => counted.destroy(error));
    this.#zip.addReadStream(source.pipe(counted), name, { mtime: this.#at, mode: 0o100_644 });
    await finished(counted);
    this.packed[name] = { bytes, sha256: hash.digest('hex') };
  }

  /** Ends the archive, when its last bytes have been taken. */
  async end(): Promise<void> {
    this.#zip.end();
    await once(this.#zip.outputStream, 'end');
  }
}

function pieceOf(content: Uint8Array | AsyncIterable<Uint8Array>) {
  return content instanceof Uint8Array ? [content] : content;
}

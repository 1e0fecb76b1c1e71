import { createHash } from 'node:crypto';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { decoded } from './decoded-text.ts';
import { LogFault } from './log-fault.ts';

/** Bytes that are read at once: what they become lives until it is put aside, and moving it costs time. */
const block = 128 * 1024;

const noFile = 'is no file; name the file of one log';

/** Unpacked bytes from which on a file is doubted that unpacks to this many times its size. */
const suspicious = { bytes: 64 * 1024 * 1024, ratio: 400 };

/** A log's file, opened once; as text, and known by its digest. */
export class LogFile {
  /** Without the folder. */
  readonly name: string;
  readonly #handle: FileHandle;
  #sha256: string | undefined;
  #bytes = 0;

  private constructor(name: string, handle: FileHandle) {
    this.name = name;
    this.#handle = handle;
  }

  /** @throws LogFault for what is no file, or cannot be opened */
  static async open(path: string): Promise<LogFile> {
    let handle: FileHandle;
    try {
      // A pipe that nobody writes to would be opened for ever.
      if (!(await stat(path)).isFile()) throw new LogFault(noFile);
      handle = await open(path);
    } catch (error) {
      if (error instanceof LogFault) throw error;
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') throw new LogFault('there is no such file');
      throw new LogFault(`cannot be opened (${code ?? 'unknown'})`);
    }
    if ((await handle.stat()).isFile()) return new LogFile(basename(path), handle);
    await handle.close();
    throw new LogFault(noFile);
  }

  /** SHA-256 of its bytes, in hexadecimal. Known once it was read to its end. */
  get sha256(): string {
    if (this.#sha256 === undefined) throw new Error(`${this.name} was not read to its end`);
    return this.#sha256;
  }

  /** Its size. Known once it was read to its end. */
  get bytes(): number {
    return this.#bytes;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  /**
   * Its text from the beginning: unpacked if it is packed (by its content, whatever its name says), and
   * decoded.
   *
   * @throws LogFault for a packed file that is broken or unpacks beyond measure, and for bytes that are
   *   no text
   */
  async *text(): AsyncGenerator<string> {
    yield* decoded(this.#unpacked());
  }

  async *#unpacked(): AsyncGenerator<Buffer> {
    const blocks = this.#read();
    const first = await blocks.next();
    if (first.done) throw new LogFault('is empty');
    const all = withFirst(first.value, blocks);
    if (isArchive(first.value)) throw new LogFault('is a ZIP archive; unpack it first');
    if (isPacked(first.value)) yield* this.#gunzipped(all);
    else yield* all;
  }

  async *#gunzipped(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const gunzip = createGunzip({ chunkSize: block });
    let read = 0;
    let fault: unknown;
    const counted = async function* () {
      try {
        for await (const bytes of packed) {
          read += bytes.length;
          yield bytes;
        }
      } catch (error) {
        fault = error;
        throw error;
      }
    };
    // Errors come out of the loop below.
    pipeline(Readable.from(counted()), gunzip, () => {});
    let unpacked = 0;
    try {
      for await (const bytes of gunzip as AsyncIterable<Buffer>) {
        if (unpacked === 0 && (isPacked(bytes) || isArchive(bytes))) {
          throw new LogFault('is packed twice; unpack it once yourself');
        }
        unpacked += bytes.length;
        if (unpacked > suspicious.bytes && unpacked > read * suspicious.ratio) {
          throw new LogFault(
            `unpacks to more than ${suspicious.ratio} times its size, which no log does; ` +
              'unpack it yourself and name the unpacked file if it is one',
          );
        }
        yield bytes;
      }
    } catch (error) {
      if (fault instanceof LogFault) throw fault;
      if (error instanceof LogFault || !isOfZlib(error)) throw error;
      const why = error.code === 'Z_BUF_ERROR' ? 'it ends in the middle' : `its bytes are damaged`;
      throw new LogFault(`is packed with gzip, but ${why}; fetch it again`);
    }
  }

  async *#read(): AsyncGenerator<Buffer> {
    const whole = createHash('sha256');
    let position = 0;
    for (;;) {
      const buffer = Buffer.allocUnsafe(block);
      let filled = 0;
      for (;;) {
        const { bytesRead } = await this.#handle.read(
          buffer,
          filled,
          block - filled,
          position + filled,
        );
        filled += bytesRead;
        if (bytesRead === 0 || filled === block) break;
      }
      position += filled;
      const bytes = buffer.subarray(0, filled);
      whole.update(bytes);
      if (filled > 0) yield bytes;
      if (filled < block) break;
    }
    this.#sha256 = whole.digest('hex');
    this.#bytes = position;
  }
}

/** RFC 1952, 2.3.1 */
function isPacked([one, two]: Buffer): boolean {
  return one === 0x1f && two === 0x8b;
}

function isArchive([one, two]: Buffer): boolean {
  return one === 0x50 && two === 0x4b;
}

async function* withFirst(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

function isOfZlib(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}

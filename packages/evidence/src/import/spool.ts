import { randomUUID } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogPart } from './log-part.ts';

/**
 * What was read of a log, put aside in a temporary file to be given once more: memory does not grow with
 * the log, and it is parsed once. The file has no name while it is used, where the system allows that,
 * so that nothing of it stays behind a process that is killed.
 */
export class Spool {
  readonly #path = join(tmpdir(), `satu-atap-import-${process.pid}-${randomUUID()}`);
  #handle: FileHandle | undefined;
  /** Bytes of each batch, one behind the other. */
  readonly #batches: number[] = [];

  /** @throws the operating system's error, as when the disk is full */
  async add(parts: readonly LogPart[]): Promise<void> {
    this.#handle ??= await this.#open();
    const text = Buffer.from(JSON.stringify(parts));
    let written = 0;
    while (written < text.length) {
      const { bytesWritten } = await this.#handle.write(text, written);
      written += bytesWritten;
    }
    this.#batches.push(text.length);
  }

  /** All of it from the beginning. */
  async *parts(): AsyncGenerator<LogPart[]> {
    let position = 0;
    for (const length of this.#batches) {
      const text = Buffer.allocUnsafe(length);
      let filled = 0;
      while (filled < length) {
        const rest = length - filled;
        const read = await this.#handle?.read(text, filled, rest, position + filled);
        if (!read?.bytesRead) throw new Error('what was put aside of a log is gone');
        filled += read.bytesRead;
      }
      position += length;
      yield JSON.parse(text.toString()) as LogPart[];
    }
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    await rm(this.#path, { force: true });
  }

  async #open(): Promise<FileHandle> {
    const handle = await open(this.#path, 'wx+', 0o600);
    if (process.platform !== 'win32') await rm(this.#path);
    return handle;
  }
}

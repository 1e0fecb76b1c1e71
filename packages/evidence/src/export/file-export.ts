import { open, readdir, rename, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { basename, dirname, join } from 'node:path';

/**
 * Writes an export, or a bundle, to a file that appears under its name only when it is whole and on the
 * disk, for its owner alone to read; one that breaks off leaves nothing, and what stood there before
 * stays. Only a process that is killed leaves a part: see `partsOf`.
 *
 * @param signal breaks it off
 * @throws what `pieces` throws, the operating system's errors, and the signal's reason
 */
export async function writeExport(
  file: string,
  pieces: AsyncIterable<string | Uint8Array>,
  signal?: AbortSignal,
): Promise<void> {
  const unfinished = `${file}.${randomUUID()}.part`;
  const handle = await open(unfinished, 'wx', 0o600);
  try {
    try {
      for await (const piece of pieces) {
        signal?.throwIfAborted();
        await handle.appendFile(piece);
      }
      signal?.throwIfAborted();
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** Parts of what was to be this file: of killed processes, or of others that are still writing. */
export async function partsOf(file: string): Promise<string[]> {
  const folder = dirname(file);
  const beginning = `${basename(file)}.`;
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.startsWith(beginning) && part.test(name.slice(beginning.length)))
    .map((name) => join(folder, name));
}

const part = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.part$/;

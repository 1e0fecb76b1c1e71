import { open, rename, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';

/**
 * Writes an export to a file that appears under its name only when it is whole and on the disk; one that
 * breaks off leaves nothing, and what stood there before stays.
 *
 * @throws what the export throws, and the operating system's errors
 */
export async function writeExport(
  file: string,
  pieces: AsyncIterable<string | Uint8Array>,
): Promise<void> {
  const unfinished = `${file}.${randomUUID()}.part`;
  const handle = await open(unfinished, 'wx', 0o600);
  try {
    try {
      for await (const piece of pieces) await handle.appendFile(piece);
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

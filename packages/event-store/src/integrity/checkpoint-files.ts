import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseCheckpoint, parseNote, type Checkpoint } from '@satu-atap/domain';
import type { RecordedCheckpoint } from './integrity-stream.ts';
import type { OutsideCheckpoints } from './outside-checkpoints.ts';

/** The newest, for whoever wants just one. */
const latest = 'latest.txt';
/** Digits of the size in a file's name: the names order as the sizes do. */
const digits = 16;

/**
 * Writes a signed checkpoint as a file for outsiders: `2026-03-02/0000000000000014.txt`, a folder for each
 * day and the number of events it covers, and the newest as `latest.txt`. A file is there whole or not at
 * all.
 */
export async function writeCheckpointFile(
  folder: string,
  { note, size, signedAt }: Pick<RecordedCheckpoint, 'note' | 'size' | 'signedAt'>,
): Promise<void> {
  const day = join(folder, signedAt.slice(0, 10));
  await mkdir(day, { recursive: true });
  await writeWhole(join(day, `${String(size).padStart(digits, '0')}.txt`), note);
  await writeWhole(join(folder, latest), note);
}

/** What the newest file says was signed, or undefined where there is none that can be read. */
export async function latestCheckpointFile(folder: string): Promise<Checkpoint | undefined> {
  try {
    return parseCheckpoint(parseNote(await readFile(join(folder, latest), 'utf8'))?.text ?? '');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * All checkpoint files of a folder, and others that somebody names, such as one that they were given.
 *
 * @throws the file system's error for a named file that cannot be read
 */
export async function checkpointFiles(
  folder: string,
  named: readonly string[] = [],
): Promise<OutsideCheckpoints> {
  const entries: { name: string; size: number }[] = [];
  for (const name of named) {
    const text = parseNote(await readFile(name, 'utf8'))?.text ?? '';
    entries.push({ name, size: parseCheckpoint(text)?.size ?? 0 });
  }
  for (const day of await namesIn(folder)) {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) continue;
    for (const file of await namesIn(join(folder, day))) {
      if (/^\d{16}\.txt$/.test(file)) {
        entries.push({ name: join(folder, day, file), size: Number(basename(file, '.txt')) });
      }
    }
  }
  return { entries, read: (name) => readFile(name, 'utf8') };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).toSorted();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function writeWhole(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomUUID()}.tmp`;
  const handle = await open(draft, 'w', 0o644);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}

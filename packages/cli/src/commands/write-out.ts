import { partsOf, writeExport } from '@satu-atap/evidence';
import { SettingsError } from '../settings.ts';

/**
 * Writes what a command gives away to the file of its flag `--out`: whole, readable to whoever runs it
 * alone, or not at all. Ends as a signal wants it, but leaves nothing unfinished behind, and names what
 * killed processes left.
 *
 * @param what is written, as in "The export was broken off."
 * @throws SettingsError when the file cannot be written or a signal ends it; whatever `pieces` throws
 */
export async function writeOut(
  out: string,
  pieces: AsyncIterable<string | Uint8Array>,
  what: 'export' | 'bundle',
): Promise<void> {
  for (const part of await partsOf(out)) {
    process.stderr.write(
      `${part} is left from a command that was killed, unless one is still writing it: delete it.\n`,
    );
  }
  const told = new AbortController();
  const breakOff = () => told.abort(new SettingsError(`The ${what} was broken off.`));
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.once(signal, breakOff);
  let failed: unknown;
  const watched = async function* () {
    try {
      yield* pieces;
    } catch (error) {
      failed = error;
      throw error;
    }
  };
  try {
    await writeExport(out, watched(), told.signal);
  } catch (error) {
    if (error === failed) throw error;
    throw unwritable(out, error);
  } finally {
    for (const signal of signals) process.off(signal, breakOff);
  }
}

/** What the operating system has against a file is said in words; anything else stays what it is. */
function unwritable(out: string, error: unknown): unknown {
  const { syscall, code } = error as NodeJS.ErrnoException;
  if (syscall === undefined) return error;
  return new SettingsError(`--out: ${out} cannot be written (${code})`);
}

import { leafText } from '@satu-atap/domain';
import type { RecordedEvent } from '@satu-atap/event-store';
import type { InclusionLine } from './bundle-format.ts';
import type { BundleLog, BundleSource } from './bundle-source.ts';

/** Events that the tree covers, and where each lies in it, as the lines of a bundle's two files. */
export type Covered = { count: number; events: string; proofs: string };

/** How much is kept of what was gathered: the text of some ten thousand events. */
const defaultRoom = 32 * 1024 * 1024;

/**
 * Streams up to a checkpoint, with their proofs. Proofs cost more than all else in a bundle, so what was
 * gathered to know what goes into it is kept for writing it. Many applications may be more than memory
 * has room for: those that come when there is no more are gathered again.
 */
export class CoveredStreams {
  readonly #source: Pick<BundleSource, 'store' | 'log'>;
  readonly #size: number;
  readonly #kept = new Map<string, Covered>();
  #room: number;

  /**
   * @param size of the tree
   * @param room characters that are kept at the most
   */
  constructor(source: Pick<BundleSource, 'store' | 'log'>, size: number, room = defaultRoom) {
    this.#source = source;
    this.#size = size;
    this.#room = room;
  }

  /** How many events of a stream are covered, and how many lie beyond. @throws as the log does */
  async look(stream: string): Promise<{ count: number; beyond: number }> {
    const { covered, beyond } = await this.#gathered(stream);
    const length = covered.events.length + covered.proofs.length;
    if (length <= this.#room) {
      this.#room -= length;
      this.#kept.set(stream, covered);
    }
    return { count: covered.count, beyond };
  }

  /** What is covered of a stream; it is kept no longer. @throws as the log does */
  async take(stream: string): Promise<Covered> {
    const kept = this.#kept.get(stream);
    if (!kept) return (await this.#gathered(stream)).covered;
    this.#kept.delete(stream);
    return kept;
  }

  async #gathered(stream: string): Promise<{ covered: Covered; beyond: number }> {
    const all: RecordedEvent[] = [];
    for await (const batch of this.#source.store.raw.read(stream)) all.push(...batch);
    const covered = await coveredOf(this.#source.log, all, this.#size);
    return { covered, beyond: all.length - covered.count };
  }
}

/** Those events, of the first ones, that a tree of this size covers. @throws as the log does */
export async function coveredOf(
  log: Pick<BundleLog, 'inclusion'>,
  all: readonly RecordedEvent[],
  size: number,
): Promise<Covered> {
  const events: string[] = [];
  const proofs: string[] = [];
  for (const event of all) {
    const proof = await log.inclusion(event, size);
    if (!proof) break;
    const { index, hashes } = proof;
    const line: InclusionLine = { revision: event.revision, index, path: [...hashes] };
    events.push(`${leafText(event)}\n`);
    proofs.push(`${JSON.stringify(line)}\n`);
  }
  return { count: events.length, events: events.join(''), proofs: proofs.join('') };
}

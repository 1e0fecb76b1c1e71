import { toBase64 } from '@satu-atap/domain';
import type { EventPlace, LogDifference } from './log-difference.ts';
import type { RevisionOrder } from './revision-order.ts';
import type { SignedLeaf } from './signed-leaves.ts';
import type { StoredLeaf } from './stored-leaves.ts';

/** Differences that are named one by one; of more only their number is told. */
const mostNamed = 1000;

type Found = { difference: LogDifference; signed?: string; stored?: string; order?: number };

/**
 * Gathers what differs, and says it in the fewest words: what was taken out here and put in there has
 * moved, and what was taken out of a stream is named by the revision that the stream lacks.
 */
export class Differences {
  readonly #found: Found[] = [];
  #count = 0;

  readonly report = (difference: LogDifference): void => {
    this.#add({ difference });
  };

  altered(signed: SignedLeaf, stored: StoredLeaf): void {
    const { index } = signed;
    const { fault, order } = stored;
    this.#add({
      difference: {
        kind: 'altered',
        index,
        event: placeOf(stored),
        ...(fault === undefined ? {} : { fault }),
      },
      ...hashes({ signed, stored }),
      order,
    });
  }

  removed(signed: SignedLeaf, around: { after?: EventPlace; before?: EventPlace }): void {
    const difference = { kind: 'removed', index: signed.index, ...around } as const;
    this.#add({ difference, ...hashes({ signed }) });
  }

  inserted(stored: StoredLeaf, around: { after?: EventPlace }): void {
    const difference = { kind: 'inserted', event: placeOf(stored), ...around } as const;
    this.#add({ difference, ...hashes({ stored }), order: stored.order });
  }

  moved(signed: SignedLeaf, stored: StoredLeaf): void {
    const { index } = signed;
    this.report({ kind: 'moved', event: placeOf(stored), index, found: stored.order });
  }

  /** Everything, the gaps of streams among it. */
  end(revisions: RevisionOrder): { differences: LogDifference[]; differenceCount: number } {
    this.#joinMoved();
    const named = this.#found.map(({ difference }) => difference);
    const { missing } = revisions;
    const removed = named.filter((one) => one.kind === 'removed' && !one.event);
    // As many gaps as events that were taken out: these are they, in their order.
    if (removed.length === missing.length) {
      for (const [index, one] of removed.entries()) {
        const event = missing[index];
        if (one.kind === 'removed' && event) one.event = event;
      }
    } else for (const event of missing) this.report({ kind: 'missing', event });
    const explained = new Set(
      named.flatMap((one) => ('event' in one && one.event ? [keyOf(one.event)] : [])),
    );
    for (const event of revisions.disordered) {
      if (!explained.has(keyOf(event))) this.report({ kind: 'disordered', event });
    }
    return {
      differences: this.#found.map(({ difference }) => difference),
      differenceCount: this.#count,
    };
  }

  /** A leaf that was signed at one place and stands at another, far from it. */
  #joinMoved(): void {
    const signedAt = new Map<string, number>();
    for (const { difference, signed } of this.#found) {
      if (signed !== undefined && 'index' in difference) signedAt.set(signed, difference.index);
    }
    const gone = new Set<Found>();
    const moved = new Set<string>();
    for (const found of this.#found) {
      const { difference, stored, order = 0 } = found;
      const index = stored === undefined ? undefined : signedAt.get(stored);
      if (index === undefined || stored === undefined) continue;
      if (difference.kind !== 'altered' && difference.kind !== 'inserted') continue;
      const { event } = difference;
      found.difference = { kind: 'moved', event, index, found: order };
      moved.add(stored);
    }
    for (const found of this.#found) {
      if (found.difference.kind === 'removed' && moved.has(found.signed ?? '')) gone.add(found);
    }
    this.#count -= gone.size;
    this.#found.splice(0, Infinity, ...this.#found.filter((found) => !gone.has(found)));
  }

  #add(found: Found): void {
    this.#count += 1;
    if (this.#found.length < mostNamed) this.#found.push(found);
  }
}

function hashes({ signed, stored }: { signed?: SignedLeaf; stored?: StoredLeaf }): {
  signed?: string;
  stored?: string;
} {
  return {
    ...(signed?.hash ? { signed: toBase64(signed.hash) } : {}),
    ...(stored?.hash ? { stored: toBase64(stored.hash) } : {}),
  };
}

export function placeOf({ stream, revision }: EventPlace): EventPlace {
  return { stream, revision };
}

function keyOf({ stream, revision }: EventPlace): string {
  return `${stream}@${revision}`;
}

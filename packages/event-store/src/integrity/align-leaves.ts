import { sameHash, toBase64 } from '@satu-atap/domain';
import { placeOf, type Differences } from './differences.ts';
import type { EventPlace } from './log-difference.ts';
import type { SignedLeaf } from './signed-leaves.ts';
import type { StoredLeaf } from './stored-leaves.ts';

/** How far to look ahead for a place where both agree again. */
export const lookAhead = 2048;
/** So many leaves in a row agree before it is taken for such a place. */
const inARow = 3;

/** How many of each lie before the place where both agree again. */
type Apart = { signed: number; stored: number };

/**
 * From a place where signed and stored leaves differ: where they agree again, with as few as possible in
 * between.
 */
export function apart(signed: readonly SignedLeaf[], stored: readonly StoredLeaf[]): Apart {
  const places = new Map<string, number>();
  for (const [place, { hash }] of signed.entries()) if (hash) places.set(toBase64(hash), place);
  let best: Apart | undefined;
  for (const [place, { hash }] of stored.entries()) {
    if (best && place >= best.signed + best.stored) break;
    const other = hash && places.get(toBase64(hash));
    if (other === undefined || !agree(signed.slice(other), stored.slice(place))) continue;
    if (!best || place + other < best.signed + best.stored) best = { signed: other, stored: place };
  }
  return best ?? withoutAgreement(signed, stored);
}

/** Whether as many as it takes agree, or all that there are. */
function agree(signed: readonly SignedLeaf[], stored: readonly StoredLeaf[]): boolean {
  const count = Math.min(inARow, signed.length, stored.length);
  return signed.slice(0, count).every(({ hash }, place) => {
    const other = stored[place]?.hash;
    return hash === undefined || (other !== undefined && sameHash(hash, other));
  });
}

/** What lies behind the last event of a checkpoint cannot be one that it covers. */
function withoutAgreement(signed: readonly SignedLeaf[], stored: readonly StoredLeaf[]): Apart {
  const through = signed.at(-1)?.through ?? '';
  if (signed.length === lookAhead) {
    const count = Math.min(signed.length, stored.length);
    return { signed: count, stored: count };
  }
  const covered = stored.findIndex(({ position }) => position > through);
  return { signed: signed.length, stored: covered < 0 ? stored.length : covered };
}

/**
 * Names what happened where signed and stored leaves differ: what stands elsewhere has moved; of the
 * rest, one that stands in another's place is an altered one.
 */
export function nameDifferences(
  signed: readonly SignedLeaf[],
  stored: readonly StoredLeaf[],
  around: { after?: EventPlace; before?: EventPlace },
  differences: Differences,
): void {
  const here = new Map(
    stored.flatMap((one) => (one.hash ? [[toBase64(one.hash), one] as const] : [])),
  );
  const left: SignedLeaf[] = [];
  const taken = new Set<StoredLeaf>();
  for (const one of signed) {
    const same = one.hash && here.get(toBase64(one.hash));
    if (same) {
      taken.add(same);
      differences.moved(one, same);
    } else left.push(one);
  }
  let { after } = around;
  const others = stored.filter((one) => !taken.has(one));
  for (const one of left) {
    const [other] = others;
    if (other && other.position <= one.through) {
      others.shift();
      differences.altered(one, other);
      after = placeOf(other);
    } else differences.removed(one, { ...around, ...(after ? { after } : {}) });
  }
  for (const other of others) {
    differences.inserted(other, after ? { after } : {});
    after = placeOf(other);
  }
}

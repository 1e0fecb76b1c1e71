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
 * Names what happened where signed and stored leaves differ: what is in both keeps its place as far as the
 * order allows, and has moved otherwise; of the rest, one that stands in another's place is an altered one.
 */
export function nameDifferences(
  signed: readonly SignedLeaf[],
  stored: readonly StoredLeaf[],
  around: { after?: EventPlace; before?: EventPlace },
  differences: Differences,
): void {
  const places = new Map(
    stored.flatMap(({ hash }, place) => (hash ? [[toBase64(hash), place] as const] : [])),
  );
  const inBoth = signed.flatMap(({ hash }, place) => {
    const other = hash && places.get(toBase64(hash));
    return other === undefined ? [] : [{ signed: place, stored: other }];
  });
  const rising = new Set(inOrder(inBoth));
  const moved = inBoth.filter((pair) => !rising.has(pair));
  // Of two neighbours that changed places, either could be the one that moved: both are named.
  const kept = new Set(
    [...rising].filter((pair) => !moved.some((other) => isSwapped(pair, other))),
  );
  for (const pair of inBoth) {
    const [leaf, event] = [signed[pair.signed], stored[pair.stored]];
    if (leaf && event && !kept.has(pair)) differences.moved(leaf, event);
  }
  const known = {
    signed: new Set(inBoth.map((pair) => pair.signed)),
    stored: new Set(inBoth.map((pair) => pair.stored)),
  };
  let from: Apart = { signed: 0, stored: 0 };
  let { after } = around;
  for (const to of [...kept, { signed: signed.length, stored: stored.length }]) {
    const leaves = signed
      .slice(from.signed, to.signed)
      .filter((_, at) => !known.signed.has(from.signed + at));
    const events = stored
      .slice(from.stored, to.stored)
      .filter((_, at) => !known.stored.has(from.stored + at));
    const next = stored[to.stored];
    const before = next ? placeOf(next) : around.before;
    nameUnknown(
      leaves,
      events,
      { ...(after && { after }), ...(before && { before }) },
      differences,
    );
    if (next) after = placeOf(next);
    from = { signed: to.signed + 1, stored: to.stored + 1 };
  }
}

function isSwapped(one: Apart, other: Apart): boolean {
  const [signed, stored] = [one.signed - other.signed, one.stored - other.stored];
  return Math.abs(signed) === 1 && signed === -stored;
}

/** Of leaves and events between the same neighbours, none of which is among the others. */
function nameUnknown(
  leaves: readonly SignedLeaf[],
  events: readonly StoredLeaf[],
  around: { after?: EventPlace; before?: EventPlace },
  differences: Differences,
): void {
  const others = [...events];
  let { after } = around;
  for (const leaf of leaves) {
    const [other] = others;
    if (other && other.position <= leaf.through) {
      others.shift();
      differences.altered(leaf, other);
      after = placeOf(other);
    } else differences.removed(leaf, { ...around, ...(after && { after }) });
  }
  for (const other of others) {
    differences.inserted(other, after ? { after } : {});
    after = placeOf(other);
  }
}

/** As many pairs as can be kept so that the stored places rise, too: a longest increasing subsequence. */
function inOrder(pairs: readonly Apart[]): Apart[] {
  type Chain = { pair: Apart; before: Chain | undefined };
  /** The chain of each length that ends lowest. */
  const ends: Chain[] = [];
  for (const pair of pairs) {
    const found = ends.findIndex((chain) => chain.pair.stored > pair.stored);
    const length = found < 0 ? ends.length : found;
    ends[length] = { pair, before: ends[length - 1] };
  }
  const kept: Apart[] = [];
  for (let chain = ends.at(-1); chain; chain = chain.before) kept.push(chain.pair);
  return kept.toReversed();
}

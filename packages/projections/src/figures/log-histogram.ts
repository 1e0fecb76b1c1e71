/**
 * A histogram whose buckets grow by a constant ratio (DDSketch: Masson, Rim and Lee, VLDB 2019):
 * whatever a quantile is, the value told for it is off by 1 % at the most. Two are merged by adding
 * their counts, so one for a month and a mall is the sum of those of its days and services; and a
 * value that was counted can be taken out again.
 *
 * Values are whole seconds: bucket 0 holds 0, bucket n (γⁿ⁻², γⁿ⁻¹].
 */
export type LogHistogram = Map<number, number>;

/** Most that a quantile may be off, as a share of it. */
export const relativeError = 0.01;

const ratio = (1 + relativeError) / (1 - relativeError);
const logOfRatio = Math.log(ratio);

/** Buckets that there are: the last one holds everything from 24 years on. */
const buckets = 1024;

/** The bucket of a time in seconds; what is below one counts as none. */
export function bucketOf(seconds: number): number {
  if (seconds < 1) return 0;
  return Math.min(buckets - 1, 1 + Math.ceil(Math.log(seconds) / logOfRatio));
}

/** The time in seconds that stands for every one of a bucket. */
function valueOf(bucket: number): number {
  return bucket === 0 ? 0 : (2 * ratio ** (bucket - 1)) / (ratio + 1);
}

export function addTo(histogram: LogHistogram, bucket: number, count: number): void {
  const now = (histogram.get(bucket) ?? 0) + count;
  if (now === 0) histogram.delete(bucket);
  else histogram.set(bucket, now);
}

/** Adds up stored histograms, thousands of them for one answer: an addition an entry, and no more. */
export class HistogramSum {
  readonly #counts = new Uint32Array(buckets);
  #count = 0;

  add(stored: string): void {
    if (stored === '') return;
    const bytes = Buffer.from(stored, 'base64');
    const counts = this.#counts;
    let bucket = 0;
    for (let at = 0, isGap = true; at < bytes.length; isGap = !isGap) {
      let value = bytes[at++] ?? 0;
      if (value >= 0x80) {
        value -= 0x80;
        for (let scale = 0x80, byte = 0x80; byte >= 0x80; scale *= 0x80) {
          byte = bytes[at++] ?? 0;
          value += (byte % 0x80) * scale;
        }
      }
      if (isGap) bucket += value;
      else {
        counts[bucket] = (counts[bucket] ?? 0) + value;
        this.#count += value;
      }
    }
  }

  /** How many values were counted. */
  get count(): number {
    return this.#count;
  }

  /** The values below which these shares (ascending) of all lie, in seconds; none where nothing was counted. */
  quantiles(shares: readonly number[]): number[] {
    const found: number[] = [];
    let below = 0;
    for (let bucket = 0; bucket < buckets && found.length < shares.length; bucket++) {
      const here = this.#counts[bucket] ?? 0;
      if (here === 0) continue;
      below += here;
      while (found.length < shares.length) {
        if (below <= (shares[found.length] ?? 1) * (this.#count - 1)) break;
        found.push(valueOf(bucket));
      }
    }
    return found;
  }
}

/**
 * A histogram as it is stored: for each bucket, in order, the gap to the one before and the count, as
 * varints in base64. A cell of a day is some ten characters, and a thousand are read in a millisecond.
 */
export function encodeHistogram(histogram: LogHistogram): string {
  const bytes: number[] = [];
  let last = 0;
  for (const [bucket, count] of [...histogram].toSorted(([a], [b]) => a - b)) {
    pushVarint(bytes, bucket - last);
    pushVarint(bytes, count);
    last = bucket;
  }
  return Buffer.from(bytes).toString('base64');
}

/** Adds the counts of a stored histogram. */
export function addEncoded(histogram: LogHistogram, stored: string): void {
  const bytes = Buffer.from(stored, 'base64');
  let at = 0;
  const next = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = bytes[at++] ?? 0;
      value += (byte % 0x80) * scale;
      if (byte < 0x80) return value;
    }
  };
  for (let bucket = 0; at < bytes.length;) {
    bucket += next();
    addTo(histogram, bucket, next());
  }
}

function pushVarint(bytes: number[], value: number): void {
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  bytes.push(rest);
}

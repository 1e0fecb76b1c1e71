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

/** The bucket of a time in seconds; what is below one counts as none. */
export function bucketOf(seconds: number): number {
  return seconds < 1 ? 0 : 1 + Math.ceil(Math.log(seconds) / logOfRatio);
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

/** How many values were counted. */
export function countOf(histogram: LogHistogram): number {
  return histogram.values().reduce((sum, count) => sum + count, 0);
}

/** The values below which these shares of all lie, in seconds; undefined where nothing was counted. */
export function quantiles(
  histogram: LogHistogram,
  shares: readonly number[],
): number[] | undefined {
  const buckets = [...histogram].toSorted(([a], [b]) => a - b);
  const total = countOf(histogram);
  if (total === 0) return undefined;
  return shares.map((share) => {
    const rank = share * (total - 1);
    let below = 0;
    for (const [bucket, count] of buckets) {
      below += count;
      if (below > rank) return valueOf(bucket);
    }
    return valueOf(buckets.at(-1)?.[0] ?? 0);
  });
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
  if (stored === '') return;
  const bytes = Buffer.from(stored, 'base64');
  let bucket = 0;
  for (let at = 0; at < bytes.length;) {
    const gap = readVarint(bytes, at);
    const count = readVarint(bytes, gap.next);
    bucket += gap.value;
    addTo(histogram, bucket, count.value);
    at = count.next;
  }
}

function pushVarint(bytes: number[], value: number): void {
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  bytes.push(rest);
}

function readVarint(bytes: Buffer, from: number): { value: number; next: number } {
  let value = 0;
  let scale = 1;
  for (let at = from; ; at++) {
    const byte = bytes[at] ?? 0;
    value += (byte % 0x80) * scale;
    if (byte < 0x80) return { value, next: at + 1 };
    scale *= 0x80;
  }
}

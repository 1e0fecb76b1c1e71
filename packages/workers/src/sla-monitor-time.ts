/** How far the clocks of two machines may be apart, in milliseconds. */
const tolerance = 30_000;

/** Two machines do not agree on the time: what is due and what to record can be known to neither. */
export class ClocksDifferError extends Error {
  override readonly name = 'ClocksDifferError';
}

/**
 * The time that two clocks have both reached: nothing is done before it is due by the one and by the
 * other.
 *
 * @throws ClocksDifferError when they are more than half a minute apart
 */
export async function agreedTime(
  now: () => Temporal.Instant,
  otherClock: (() => Promise<Temporal.Instant>) | undefined,
): Promise<Temporal.Instant> {
  if (!otherClock) return now();
  const asked = now();
  const other = await otherClock();
  const answered = now();
  // The other was read some time between asking and being answered.
  const ahead = asked.epochMilliseconds - other.epochMilliseconds;
  const behind = other.epochMilliseconds - answered.epochMilliseconds;
  if (Math.max(ahead, behind) > tolerance) {
    const seconds = Math.round(Math.max(ahead, behind) / 1000);
    const where = ahead > behind ? 'ahead of' : 'behind';
    throw new ClocksDifferError(
      `the clock of this machine is ${seconds} s ${where} the database's: set both by NTP`,
    );
  }
  return ahead > 0 ? other : asked;
}

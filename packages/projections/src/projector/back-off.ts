/** How long to wait after so many failures in a row, and at the longest: milliseconds. */
export function backOff(failures: number, longest: number): number {
  return Math.min(longest, 250 * 2 ** failures);
}

import { InvalidArgumentError } from 'commander';

/**
 * Reads the value of a flag or an argument.
 *
 * @param least the smallest that it takes
 * @param most the largest
 * @param said how the refusal begins
 */
export function wholeNumber(
  least: number,
  most = Infinity,
  said = 'must be',
): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    const limit = most === Infinity ? '' : ` to ${most}`;
    throw new InvalidArgumentError(`${said} a whole number from ${least}${limit}`);
  };
}

export const versionNumber = wholeNumber(1, Infinity, 'a version is');

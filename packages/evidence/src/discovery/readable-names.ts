import { name } from '@satu-atap/domain';

const longest = 64;

/**
 * Gives each label a name that a definition takes: lower-case words joined by hyphens, each another.
 * The same labels in the same order always get the same names.
 *
 * @param taken names that are in use already
 */
export function readableNames(
  labels: Iterable<string>,
  taken: Iterable<string> = [],
): Map<string, string> {
  const used = new Set(taken);
  const names = new Map<string, string>();
  for (const label of labels) {
    if (names.has(label)) continue;
    const plain = plainName(label);
    let chosen = plain;
    for (let number = 2; used.has(chosen) || !name.safeParse(chosen).success; number++) {
      const suffix = `-${number}`;
      chosen = `${plain.slice(0, longest - suffix.length).replace(/-+$/, '')}${suffix}`;
    }
    used.add(chosen);
    names.set(label, chosen);
  }
  return names;
}

/** The nearest that a name can come to it: letters without their marks, words by hyphens. */
export function plainName(label: string): string {
  const words = label
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  const begun = /^[a-z]/.test(words) ? words : words === '' ? 'activity' : `a-${words}`;
  return begun.slice(0, longest).replace(/-+$/, '');
}

/** What people may read of a label: without signs that cannot be seen, at most 1,000 characters. */
export function shownLabel(label: string): string {
  const plain = label
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Bidi_Control}\p{Surrogate}]/gu, ' ')
    .trim();
  const short = plain.slice(0, 900).toWellFormed().replaceAll('\uFFFD', '?');
  return short === '' ? '(tanpa nama / unnamed)' : short;
}

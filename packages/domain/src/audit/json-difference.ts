/** Where two values of JSON differ first: a path of keys and what stands there. */
type JsonDifference = { path: string; is: unknown; shouldBe: unknown };

/**
 * The first difference between two values of JSON, keys in any order; undefined where there is none. A
 * key without a value is no key.
 */
export function jsonDifference(
  is: unknown,
  shouldBe: unknown,
  path = '',
): JsonDifference | undefined {
  if (is === shouldBe) return undefined;
  if (!isObject(is) || !isObject(shouldBe) || Array.isArray(is) !== Array.isArray(shouldBe)) {
    return { path, is, shouldBe };
  }
  const there = is as Record<string, unknown>;
  const wanted = shouldBe as Record<string, unknown>;
  for (const key of Object.keys(wanted)) {
    const found = jsonDifference(
      Object.hasOwn(there, key) ? there[key] : undefined,
      wanted[key],
      path === '' ? key : `${path}.${key}`,
    );
    if (found) return found;
  }
  for (const key of Object.keys(there)) {
    if (there[key] === undefined || Object.hasOwn(wanted, key)) continue;
    return { path: path === '' ? key : `${path}.${key}`, is: there[key], shouldBe: undefined };
  }
  return undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

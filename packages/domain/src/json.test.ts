import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson } from './json.ts';

const keys = fc.uniqueArray(fc.string({ unit: 'binary' }), { maxLength: 30 });

it('sorts keys by code unit, however many there are and in whatever order they come', () => {
  fc.assert(
    fc.property(keys, (names) => {
      const value = Object.fromEntries(names.map((name, index) => [name, index]));
      const written = Object.keys(value)
        .toSorted()
        .map((name) => `${JSON.stringify(name)}:${value[name]}`);
      expect(canonicalJson(value)).toBe(`{${written.join(',')}}`);
    }),
  );
});

it('says the same of a value with its keys in another order, at every depth', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(canonicalJson(turned(value))).toBe(canonicalJson(value));
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toReversed();
  return Object.fromEntries(entries.map(([key, entry]) => [key, turned(entry)]));
}

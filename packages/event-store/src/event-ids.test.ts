import fc from 'fast-check';
import { v5 } from 'uuid';
import { expect, test } from 'vitest';
import { derivedId } from './event-ids.ts';

const namespace = '7d0fd5a4-3b52-5d0b-9c5e-6f0a1f3b8c21';

test('is the name-based UUID of its parts, as RFC 9562 has it', () => {
  const part = fc.oneof(
    fc.integer(),
    fc.string({ unit: 'binary' }),
    fc.string({ minLength: 300, maxLength: 2000, unit: 'grapheme' }),
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      expect(derivedId(...parts)).toBe(v5(JSON.stringify(parts), namespace));
    }),
  );
});

test('is what it was in earlier versions: applications and events that stand are found again', () => {
  expect(derivedId('imported-log', 'abc')).toBe(v5('["imported-log","abc"]', namespace));
  expect(derivedId()).toBe(v5('[]', namespace));
});

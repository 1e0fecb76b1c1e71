import fc from 'fast-check';
import { expect, it } from 'vitest';
import { eventMetadata } from './events.ts';
import { readMetadata } from './read-metadata.ts';

const sound = {
  actor: {
    id: 'officer-1',
    roles: ['front-desk', 'cashier'],
    unit: 'dpmptsp',
    office: 'mpp-jakarta',
  },
  occurredAt: '2026-03-02T01:00:00.123Z',
  office: 'mpp-jakarta',
  command: 'b1f6e0a2-6c1d-4f57-9d0c-2f8a2f0e6a11',
};

/** Parts as they are, as others have them, and as nobody may. */
const metadata = fc.record(
  {
    actor: fc.oneof(
      fc.constantFrom(
        sound.actor,
        { id: 'system', roles: ['system'] },
        { ...sound.actor, office: 'Mpp' },
        { ...sound.actor, more: 1 },
        { id: '', roles: [] },
        undefined,
        'officer-1',
      ),
      fc.jsonValue(),
    ),
    occurredAt: fc.constantFrom(
      sound.occurredAt,
      '2026-03-02T01:00:00Z',
      '2026-02-30T01:00:00Z',
      '2026-03-02T01:00:00+07:00',
      '2026-03-02',
      7,
      undefined,
    ),
    office: fc.constantFrom('mpp-jakarta', 'mpp-makassar', 'Mpp', '', undefined, ['mpp-jakarta']),
    command: fc.constantFrom(sound.command, 'c', undefined, null),
    fingerprint: fc.constantFrom('f', 'f'.repeat(65), undefined),
    more: fc.constantFrom(1, undefined),
  },
  { requiredKeys: [] },
);

it('accepts exactly what the schema accepts, and gives the same, whatever it has seen before', () => {
  fc.assert(
    fc.property(fc.array(metadata, { minLength: 1, maxLength: 12 }), (all) => {
      for (const value of [sound, ...all, sound]) {
        const read = readMetadata(value);
        const parsed = eventMetadata.safeParse(value);
        expect(read.success).toBe(parsed.success);
        expect(read.success && read.data).toEqual(parsed.success && parsed.data);
      }
    }),
    { numRuns: 1000 },
  );
});

it('says what is wrong with metadata of somebody it knows', () => {
  readMetadata(sound);
  const read = readMetadata({ ...sound, occurredAt: 'yesterday' });
  expect(read.success ? [] : read.error.issues[0]?.path).toEqual(['occurredAt']);
});

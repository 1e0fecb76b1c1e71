import { randomUUID, type KeyObject } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KeyRing } from './key-ring.ts';

/** Somewhere a ring is kept: opened twice, it is the same ring, as two processes have it. */
type RingPlace = { open(): KeyRing; remove(): Promise<void> };

const bytesOf = (key: KeyObject | 'erased' | undefined) =>
  key === undefined || key === 'erased' ? key : key.export().toString('hex');

/** What every key ring promises. */
export function keyRingContract(name: string, newPlace: () => Promise<RingPlace>): void {
  describe(`the key ring ${name}`, () => {
    let place: RingPlace;
    let ring: KeyRing;
    let other: KeyRing;
    beforeEach(async () => {
      place = await newPlace();
      ring = place.open();
      other = place.open();
    });
    afterEach(async () => {
      await ring.close();
      await other.close();
      await place.remove();
    });

    it('gives an applicant the same key again, and another applicant another', async () => {
      const { id, key } = await ring.keyFor('budi');
      const again = await ring.keyFor('budi');
      expect([again.id, bytesOf(again.key)]).toEqual([id, bytesOf(key)]);
      const siti = await ring.keyFor('siti');
      expect(siti.id).not.toBe(id);
      expect(bytesOf(siti.key)).not.toBe(bytesOf(key));
      expect(key.symmetricKeySize).toBe(32);
    });

    it('finds in another process what this one made', async () => {
      const { id, key } = await ring.keyFor('budi');
      const found = await other.find([id, randomUUID()]);
      expect([...found].map(([one, is]) => [one, bytesOf(is)])).toEqual([[id, bytesOf(key)]]);
    });

    it('makes one key for all who ask at once, in two processes', async () => {
      const asked = await Promise.all(
        Array.from({ length: 40 }, (_, index) =>
          (index % 2 === 0 ? ring : other).keyFor(`applicant-${index % 5}`),
        ),
      );
      expect(new Set(asked.map(({ id }) => id)).size).toBe(5);
      const found = await other.find(asked.map(({ id }) => id));
      for (const { id, key } of asked) expect(bytesOf(found.get(id))).toBe(bytesOf(key));
    });

    it('gives many who ask at once a key each, there for others by then', async () => {
      const applicants = Array.from({ length: 300 }, (_, index) => `applicant-${index % 250}`);
      const asked = await Promise.all(applicants.map((applicant) => ring.keyFor(applicant)));
      const found = await other.find(asked.map(({ id }) => id));
      expect(found.size).toBe(250);
      for (const [index, { id, key }] of asked.entries()) {
        expect(bytesOf(found.get(id))).toBe(bytesOf(key));
        expect((await other.keyFor(applicants[index] ?? '')).id).toBe(id);
      }
    });

    it('gives nobody a retired key, though many ask while it is retired', async () => {
      const first = await ring.keyFor('budi');
      const applicants = Array.from({ length: 20 }, (_, index) => `applicant-${index}`);
      await ring.retire('budi');
      const asked = await Promise.all(
        ['budi', ...applicants, 'budi'].map((one) => ring.keyFor(one)),
      );
      expect(asked[0]?.id).not.toBe(first.id);
      expect(asked.at(-1)?.id).toBe(asked[0]?.id);
    });

    it('seals with another key once one is retired, and still opens with the retired one', async () => {
      const first = await ring.keyFor('budi');
      expect(await ring.retire('budi')).toEqual([first.id]);
      const second = await other.keyFor('budi');
      expect(second.id).not.toBe(first.id);
      expect((await ring.retire('budi')).toSorted()).toEqual([first.id, second.id].toSorted());
      expect(bytesOf((await other.find([first.id])).get(first.id))).toBe(bytesOf(first.key));
      expect(await ring.retire('nobody')).toEqual([]);
    });

    it('says of an erased key that it is, in every process, and gives the applicant a new one', async () => {
      const { id } = await ring.keyFor('budi');
      const kept = await ring.keyFor('siti');
      await ring.erase([id]);
      expect((await ring.find([id])).get(id)).toBe('erased');
      expect((await other.find([id])).get(id)).toBe('erased');
      expect(bytesOf((await other.find([kept.id])).get(kept.id))).toBe(bytesOf(kept.key));
      expect((await ring.keyFor('budi')).id).not.toBe(id);
    });

    it('erases twice as once, and also a key that it never had', async () => {
      const { id } = await ring.keyFor('budi');
      const lost = randomUUID();
      await ring.erase([id, lost]);
      await other.erase([lost, id]);
      expect([...(await ring.find([id, lost])).values()]).toEqual(['erased', 'erased']);
    });
  });
}

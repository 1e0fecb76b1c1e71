import {
  faultOfConsistency,
  faultOfInclusion,
  parseVkey,
  type ConsistencyProof,
  type InclusionProof,
} from '@satu-atap/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readStream, type RecordedEvent } from '../event-store.ts';
import { formatVkey } from '@satu-atap/domain';
import { verifyEd25519 } from './ed25519.ts';
import { LogProver, type NoProof } from './log-prover.ts';
import { signCheckpoints } from './sign-checkpoints.ts';
import {
  houses,
  newestOf,
  newSigner,
  notes,
  now,
  rowOf,
  signedTwice,
  takeTurns,
  tamper,
  type OpenHouse,
} from './testing/signed-log.ts';

const signer = newSigner();
const keys = [parseVkey(formatVkey(signer.key)) ?? signer.key];

function proved<Proof extends object>(proof: Proof | NoProof): Proof {
  if ('no' in proof) throw new Error(`no proof: ${proof.no}`);
  return proof;
}

const holds = (proof: InclusionProof) => faultOfInclusion(proof, keys, verifyEd25519);
const grows = (proof: ConsistencyProof) => faultOfConsistency(proof, keys, verifyEd25519);

describe.each(houses)('proofs out of a log in %s', (_, open) => {
  let house: OpenHouse;
  beforeEach(async () => {
    house = await open();
    await signedTwice(house.store, signer);
  });
  afterEach(() => house.close());

  const all = async (): Promise<RecordedEvent[]> => {
    const events: RecordedEvent[] = [];
    for await (const batch of house.store.readAll()) events.push(...batch);
    return events;
  };

  it('hold for every event that is covered, by every checkpoint that covers it', async () => {
    const prover = new LogProver(house.store);
    for (const [index, event] of (await all()).slice(0, 23).entries()) {
      for (const size of [1, 14, 23].filter((one) => one > index)) {
        const proof = proved(await prover.inclusion(event, size));
        expect(proof).toMatchObject({ index, size, stream: event.stream });
        expect(holds(proof)).toBeUndefined();
      }
    }
  });

  it('hold for every two checkpoints', async () => {
    const prover = new LogProver(house.store);
    for (const [from, to] of [
      [1, 1],
      [1, 14],
      [1, 23],
      [14, 23],
      [23, 23],
    ] as const) {
      expect(grows(proved(await prover.consistency(from, to)))).toBeUndefined();
    }
  });

  it('do not hold for another event, another place or another key', async () => {
    const prover = new LogProver(house.store);
    const proof = proved(await prover.inclusion(await newestOf(house.store, 'b')));
    expect(holds({ ...proof, leaf: proof.leaf.replace('125000', '125001') })).toContain('hashes');
    expect(holds({ ...proof, index: proof.index - 1 })).toContain('hashes');
    expect(holds({ ...proof, revision: 3 })).toContain('another event');
    expect(holds({ ...proof, hashes: [] })).toContain('hashes');
    const others = [newSigner(signer.key.name).key];
    expect(faultOfInclusion(proof, others, verifyEd25519)).toContain('not signed');
  });

  it('are given of what was signed since, too', async () => {
    const prover = new LogProver(house.store);
    proved(await prover.inclusion(await newestOf(house.store, 'b')));
    await takeTurns(house.store, 1);
    const newest = await newestOf(house.store, 'b');
    expect(await prover.inclusion(newest)).toEqual({ no: 'coverage' });
    await signCheckpoints(house.store, { signer, now });
    expect(holds(proved(await prover.inclusion(newest)))).toBeUndefined();
    expect(await prover.inclusion(newest, 23)).toEqual({ no: 'coverage' });
    expect(await prover.inclusion(newest, 24)).toEqual({ no: 'checkpoint', size: 24 });
    expect(await prover.consistency(14, 24)).toEqual({ no: 'checkpoint', size: 24 });
  });

  it('are not given of an event that is not the one that was signed', async () => {
    tamper(house.file, (database) => {
      const sql = `UPDATE events SET type = 'NoteAddee' WHERE position = ?`;
      database.prepare(sql).run(rowOf(database, 'b', 2));
    });
    const [event] = await readStream(house.store, 'b', { from: 2, limit: 1 });
    if (!event) throw new Error('no event');
    expect(await new LogProver(house.store).inclusion(event)).toEqual({ no: 'match' });
  });

  it('are not given out of a record that is not what was signed', async () => {
    tamper(house.file, (database) => {
      const sql = `UPDATE events SET data = replace(data, '"leaves":"', '"leaves":"AAAA') WHERE position = ?`;
      database.prepare(sql).run(rowOf(database, 'integrity', 3));
    });
    await expect(new LogProver(house.store).consistency(1, 23)).rejects.toThrow('integrity@3');
  });
});

it('proofs hold in a log of many tiles, whichever leaves they need', async () => {
  const [, openEmbedded] = houses[0] ?? [];
  const house = await openEmbedded?.();
  if (!house) throw new Error('no store');
  const { store } = house;
  try {
    // Checkpoints that end within tiles, at their ends, and span several.
    for (const count of [300, 1, 210, 1024, 5000, 37]) {
      await store.append('a', notes(count), 'any');
      await signCheckpoints(store, { signer, now });
    }
    const prover = new LogProver(store);
    const events: RecordedEvent[] = [];
    for await (const batch of store.readAll()) events.push(...batch);
    const sizes: number[] = [];
    for (const { stream, data } of events) {
      if (stream === 'integrity' && 'size' in data) sizes.push(Number(data['size']));
    }
    for (const index of [0, 1, 255, 256, 300, 511, 512, 1535, 1536, 4095, 4096, 6500, 6572]) {
      const event = events[index];
      if (!event) throw new Error(`no event ${index}`);
      expect(holds(proved(await prover.inclusion(event)))).toBeUndefined();
    }
    for (const from of sizes) {
      for (const to of sizes.filter((size) => size >= from)) {
        expect(grows(proved(await prover.consistency(from, to)))).toBeUndefined();
      }
    }
  } finally {
    await house.close();
  }
}, 30_000);

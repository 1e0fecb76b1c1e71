import { applicationStream, readStream, type RecordedEvent } from '@satu-atap/event-store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BundleSource } from './bundle-source.ts';
import { CoveredStreams } from './covered-streams.ts';
import { evidenceHouse } from './testing/house.ts';

let house: Awaited<ReturnType<typeof evidenceHouse>>;
let streams: string[];
let size = 0;
beforeAll(async () => {
  house = await evidenceHouse();
  streams = house.applications.map(applicationStream);
  size = (await house.source.log.newest())?.size ?? 0;
});
afterAll(() => house.close());

/** The house's source, and which events it has been asked proofs of. */
function counted() {
  const proven: string[] = [];
  const { store, log } = house.source;
  const inclusion = (event: RecordedEvent, of: number) => {
    proven.push(`${event.stream}@${event.revision}`);
    return log.inclusion(event, of);
  };
  const source: Pick<BundleSource, 'store' | 'log'> = { store, log: { ...log, inclusion } };
  return { source, proven };
}

describe('streams that are looked at before they are written', () => {
  it('are proven once', async () => {
    const { source, proven } = counted();
    const covered = new CoveredStreams(source, size);
    for (const stream of streams) await covered.look(stream);
    const lookedAt = [...proven];
    for (const stream of streams) {
      const { length } = await readStream(house.store.raw, stream);
      const { count, events, proofs } = await covered.take(stream);
      expect([count, events.split('\n').length - 1, proofs.split('\n').length - 1]).toEqual(
        Array.from({ length: 3 }, () => length),
      );
    }
    expect(proven).toEqual(lookedAt);
  });

  it('are gathered again, and are the same, when there is no room to keep them', async () => {
    const { source, proven } = counted();
    const roomy = new CoveredStreams(source, size);
    const { events, proofs } = await roomy.take(streams[0] ?? '');
    const tight = new CoveredStreams(source, size, events.length + proofs.length);
    for (const stream of streams) await tight.look(stream);
    proven.length = 0;
    const taken = [];
    for (const stream of streams) taken.push(await tight.take(stream));
    expect(new Set(proven.map((place) => place.split('@')[0]))).toEqual(new Set(streams.slice(1)));
    for (const [index, stream] of streams.entries()) {
      expect(taken[index]).toEqual(await roomy.take(stream));
    }
  });
});

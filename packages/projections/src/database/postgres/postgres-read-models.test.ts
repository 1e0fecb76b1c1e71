import { sampleOffices } from '@satu-atap/domain/testing';
import { EmbeddedEventStore, start } from '@satu-atap/event-store';
import { pino } from 'pino';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Projector } from '../../projector/projector.ts';
import { ReplacedCopies } from '../../projector/replaced-copies.ts';
import { projections } from '../../projections.ts';
import { dump } from '../../testing/dump.ts';
import { startPostgres } from '../../testing/postgres.ts';
import { appendHistories, publishSample, sampleHistories } from '../../testing/sample-house.ts';
import { markComplete, moveCheckpoint, readCheckpoint } from '../checkpoint.ts';
import { ReadModelsUnavailableError } from '../read-models-database.ts';
import { PostgresReadModels } from './postgres-read-models.ts';

const server = await startPostgres();
const log = pino({ level: 'silent' });
const made = { projections, fingerprint: 'a test' };

describe.skipIf('unavailable' in server)('read models in PostgreSQL', () => {
  if ('unavailable' in server) return;
  let url: string;
  const open: PostgresReadModels[] = [];
  const place = () => {
    open.push(new PostgresReadModels(url));
    return open.at(-1) as PostgresReadModels;
  };

  beforeEach(async () => {
    url = await server.newDatabase();
  });
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });
  afterAll(() => server.close());

  /** What a broken network or an administrator does. */
  const cutConnections = (purpose: string) =>
    server.query(
      url,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'satu-atap ${purpose}'`,
    );

  const leaseOf = async (one: PostgresReadModels) => {
    const lease = await one.lease();
    if (!lease) throw new Error('somebody else has the lease');
    return lease;
  };

  it('are written by one at a time; the next one can when the first ends', async () => {
    const [first, second] = [place(), place()];
    const lease = await leaseOf(first);
    expect(await second.lease()).toBeUndefined();
    await lease.release();
    await expect.poll(() => second.lease(), { timeout: 5000 }).toBeDefined();
  });

  it('take nothing from a writer that lost the lease: no row, no checkpoint, no complete copy', async () => {
    const [first, second] = [place(), place()];
    const lost = await leaseOf(first);
    const build = await lost.build(1, made);
    await build.complete();
    const halfWay = await lost.build(2, made);
    const writer = lost.writer(1);
    await cutConnections('projector');
    const lease = await leaseOf(second);

    expect(lost.lost.aborted).toBe(true);
    const to = '7' as typeof start;
    await expect(moveCheckpoint(writer, start, to)).rejects.toThrow(ReadModelsUnavailableError);
    await expect(halfWay.complete()).rejects.toThrow(ReadModelsUnavailableError);
    await expect(lost.drop(1)).rejects.toThrow(ReadModelsUnavailableError);
    expect(await second.checkpoint(1)).toMatchObject({ position: start, complete: true });
    expect((await second.checkpoint(2))?.complete).toBe(false);
    await build.close();
    await halfWay.close();
    await lost.release();
    await lease.release();
  });

  it('tell how the projector stands, and when it has fallen silent', async () => {
    const writing = place();
    const reading = place();
    expect(await reading.told()).toBeUndefined();
    const lease = await leaseOf(writing);
    const position = '42' as typeof start;
    lease.tell({ position, live: true });
    await expect
      .poll(() => reading.told(), { timeout: 5000 })
      .toMatchObject({ position, live: true });
    lease.tell({ position, live: false, error: 'an event \0 that cannot be read' });
    await expect
      .poll(async () => (await reading.told())?.error, { timeout: 5000 })
      .toBe('an event \u{FFFD} that cannot be read');

    await lease.release();
    await server.query(
      url,
      `UPDATE read_models.projector_status SET live = 1, seen_at = now() - interval '11 s'`,
    );
    const { live, error } = (await reading.told()) ?? {};
    expect(live).toBe(false);
    expect(error).toContain('no projector has given a sign of life since 2');
  });

  it('drop what was left half made at once, and a replaced copy when nobody reads it', async () => {
    const writing = place();
    const lease = await leaseOf(writing);
    for (const generation of [1, 2]) {
      const build = await lease.build(generation, made);
      await build.complete();
      await build.close();
    }
    await (await lease.build(3, made)).close();
    const replaced = new ReplacedCopies(log);
    await replaced.sweep(writing, lease, 2);
    await expect.poll(() => writing.generations(), { timeout: 5000 }).toEqual([1, 2]);

    const reader = writing.reader(1);
    await reader.transaction().execute(async (transaction) => {
      await readCheckpoint(transaction);
      await expect(lease.drop(1)).rejects.toThrow('lock timeout');
    });
    await reader.destroy();
    await lease.drop(1);
    expect(await writing.generations()).toEqual([2]);
    replaced.forget();
    await lease.release();
  });

  it('are refused in a database that cannot hold every name', async () => {
    await server.query(
      url,
      `CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'`,
    );
    const latin = new PostgresReadModels(new URL('/latin', url).href);
    await expect(latin.lease()).rejects.toThrow('has the encoding LATIN1: create one with UTF8');
    await latin.close();
    await server.query(url, 'DROP DATABASE latin WITH (FORCE)');
  });

  it('say what is wrong with the credentials, instead of waiting', async () => {
    const wrong = new URL(url);
    wrong.password = 'salah';
    const store = new EmbeddedEventStore({ file: ':memory:' });
    const opening = Projector.open({ postgres: wrong.href, store, offices: sampleOffices, log });
    await expect(opening).rejects.toThrow('password authentication failed');
    await store.close();
  });

  describe('kept by two projectors', () => {
    let store: EmbeddedEventStore;
    const projectors: Projector[] = [];
    const openProjector = async () => {
      projectors.push(await Projector.open({ postgres: url, store, offices: sampleOffices, log }));
      projectors.at(-1)?.run();
    };
    const numberActive = () => projectors.filter(({ active }) => active).length;
    const atHead = async () => {
      const head = await store.head();
      return projectors.every(({ status }) => status.position >= head && status.live);
    };

    beforeEach(async () => {
      store = new EmbeddedEventStore({ file: ':memory:' });
      const service = await publishSample(store);
      const histories = sampleHistories(service, Array(6).keys(), 10);
      await appendHistories(store, histories.slice(0, 3));
      await openProjector();
      await openProjector();
      // The other half comes while something happens to the database.
      later = histories.slice(3);
    });
    let later: ReturnType<typeof sampleHistories>;
    afterEach(async () => {
      for (const projector of projectors.splice(0)) await projector.close();
      await store.close();
    });

    const expectAllProjected = async () => {
      await expect.poll(atHead, { timeout: 20_000, interval: 50 }).toBe(true);
      expect(numberActive()).toBe(1);
      const [rows, others] = await Promise.all(projectors.map(({ database }) => dump(database)));
      expect(rows?.history).toHaveLength(6 * 10);
      expect(others).toEqual(rows);
    };

    it('have one active, and the other reads', async () => {
      expect(projectors.map(({ active }) => active)).toEqual([true, false]);
      await appendHistories(store, later);
      await expectAllProjected();
      await expect(projectors[1]?.rebuild()).rejects.toThrow('another projector is active');
    });

    it('go on when the connections of the active one are cut', async () => {
      await cutConnections('projector');
      await appendHistories(store, later);
      await expectAllProjected();
    });

    it('write nothing while the checkpoint stands where somebody else moved it', async () => {
      await appendHistories(store, later.slice(0, 1));
      await expect.poll(atHead, { timeout: 20_000 }).toBe(true);
      const [row] = await server.query(url, 'SELECT position FROM read_models_1.checkpoint');
      await server.query(url, `UPDATE read_models_1.checkpoint SET position = 'elsewhere'`);
      await appendHistories(store, later.slice(1));
      await expect
        .poll(() => projectors[0]?.status.error, { timeout: 5000 })
        .toContain('CheckpointMovedError');
      const { position } = row as { position: string };
      await server.query(url, `UPDATE read_models_1.checkpoint SET position = '${position}'`);
      await expectAllProjected();
    });

    it.skipIf(!server.outage)('go on when the server comes back', async () => {
      await server.outage?.begin();
      await appendHistories(store, later);
      await expect
        .poll(() => projectors.map(({ status }) => status.error ?? ''), { timeout: 10_000 })
        .toEqual(Array(2).fill(expect.stringContaining('PostgreSQL cannot be reached')));
      await server.outage?.end();
      await expectAllProjected();
    });

    it('take what others left unfinished for nothing', async () => {
      const lease = place();
      await projectors[0]?.close();
      await projectors[1]?.close();
      const unfinished = await leaseOf(lease);
      const build = await unfinished.build(2, made);
      await build.close();
      await unfinished.release();
      projectors.length = 0;
      await openProjector();
      expect(projectors[0]?.generation).toBe(1);
      await expect.poll(() => lease.generations(), { timeout: 5000 }).toEqual([1]);
      const writer = lease.reader(1);
      await expect(markComplete(writer)).rejects.toThrow('read-only transaction');
      await writer.destroy();
    });
  });
});

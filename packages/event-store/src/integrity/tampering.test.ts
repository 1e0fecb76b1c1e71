import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { formatVkey, leafHash, leafText, toBase64, type CheckpointSigned } from '@satu-atap/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LogDifference } from './log-difference.ts';
import type { RecordedCheckpoint } from './integrity-stream.ts';
import type { OutsideCheckpoints } from './outside-checkpoints.ts';
import { signCheckpoints } from './sign-checkpoints.ts';
import {
  houses,
  newestOf,
  newSigner,
  now,
  rowOf,
  signedTwice,
  takeTurns,
  tamper,
  type OpenHouse,
} from './testing/signed-log.ts';
import { verifyLog, type VerifyLogOptions } from './verify-log.ts';

const b2 = { stream: 'b', revision: 2 };

/** What an outsider was given. */
function heldOutside(checkpoints: readonly RecordedCheckpoint[]): OutsideCheckpoints {
  const notes = new Map(checkpoints.map(({ size, note }) => [`${size}.txt`, { size, note }]));
  return {
    entries: [...notes].map(([name, { size }]) => ({ name, size })),
    read: async (name) => notes.get(name)?.note ?? '',
  };
}

describe.each(houses)('a log in %s', (_, open) => {
  let house: OpenHouse;
  let checkpoints: RecordedCheckpoint[];
  const signer = newSigner();
  beforeEach(async () => {
    house = await open();
    checkpoints = await signedTwice(house.store, signer);
  });
  afterEach(() => house.close());

  const change = (work: (database: DatabaseSync) => void) => tamper(house.file, work);
  const found = async (options?: VerifyLogOptions): Promise<LogDifference[]> =>
    (await verifyLog(house.store, options)).differences;

  it('is sound as long as nobody has touched it', async () => {
    const sound = await verifyLog(house.store, { checkpoints: heldOutside(checkpoints) });
    expect(sound).toMatchObject({ events: 24, covered: 23, uncovered: 1, differences: [] });
    expect(sound.checkpoints).toEqual({ recorded: 3, outside: 2 });
    await takeTurns(house.store, 1);
    expect(await verifyLog(house.store)).toMatchObject({ uncovered: 5, differenceCount: 0 });
  });

  describe('of which one byte of one event is altered', () => {
    it.each([
      ['data', `UPDATE events SET data = replace(data, '125000', '125001') WHERE position = ?`],
      [
        'data, no JSON any more',
        `UPDATE events SET data = '!' || substr(data, 2) WHERE position = ?`,
      ],
      [
        'data, which says the same',
        `UPDATE events SET data = replace(data, ',', ', ') WHERE position = ?`,
      ],
      [
        'metadata',
        `UPDATE events SET metadata = replace(metadata, 'bandung', 'bandunh') WHERE position = ?`,
      ],
      ['type', `UPDATE events SET type = 'NoteAddee' WHERE position = ?`],
      [
        'id',
        `UPDATE events SET id = iif(id LIKE 'e%', 'f', 'e') || substr(id, 2) WHERE position = ?`,
      ],
      ['recordedAt', `UPDATE events SET recorded_at = recorded_at + 1 WHERE position = ?`],
    ])('%s: the event is named', async (_what, sql) => {
      change((database) => {
        const position = rowOf(database, 'b', 2);
        database.prepare(sql).run(position);
      });
      const differences = await found();
      expect(differences).toEqual([
        { kind: 'altered', index: 11, event: b2, ...faultOf(differences[0]) },
      ]);
    });

    it('its stream: the event is named as it stands now, and its old stream lacks it', async () => {
      change((database) => {
        database.exec(`INSERT INTO streams (name) VALUES ('z')`);
        const sql = `UPDATE events SET stream_id = (SELECT id FROM streams WHERE name = 'z') WHERE position = ?`;
        database.prepare(sql).run(rowOf(database, 'b', 2));
      });
      const differences = await found();
      const event = { stream: 'z', revision: 2 };
      expect(differences).toContainEqual({ kind: 'altered', index: 11, event });
      expect(differences).toContainEqual({ kind: 'missing', event: b2 });
    });

    it('at the end of what is covered, and the very first: both are named', async () => {
      const sql = `UPDATE events SET type = 'NoteAddee' WHERE position = ?`;
      change((database) => {
        database.prepare(sql).run(rowOf(database, 'integrity', 0));
        database.prepare(sql).run(rowOf(database, 'd', 4));
      });
      const differences = await found();
      expect(differences).toContainEqual({
        kind: 'altered',
        index: 0,
        event: { stream: 'integrity', revision: 0 },
      });
      expect(differences).toContainEqual({
        kind: 'altered',
        index: 22,
        event: { stream: 'd', revision: 4 },
      });
    });

    it('which no checkpoint covers yet: it is not known, unless it is no event any more', async () => {
      await takeTurns(house.store, 1);
      const sql = `UPDATE events SET data = ? WHERE position = ?`;
      change((database) => {
        database.prepare(sql).run('{"text":"lain"}', rowOf(database, 'a', 5));
        database.prepare(sql).run('{"text":', rowOf(database, 'b', 5));
      });
      expect(await found()).toEqual([
        { kind: 'unreadable', event: { stream: 'b', revision: 5 }, fault: 'its data is not JSON' },
      ]);
    });
  });

  it('of which an event is removed: it is named by the revision that its stream lacks', async () => {
    change((database) => remove(database, 'b', 2));
    expect(await found()).toEqual([
      {
        kind: 'removed',
        index: 11,
        event: b2,
        after: { stream: 'a', revision: 2 },
        before: { stream: 'c', revision: 2 },
      },
    ]);
  });

  it('of which a stream’s newest event is removed: it is named by its neighbours', async () => {
    change((database) => remove(database, 'b', 4));
    expect(await found()).toEqual([
      {
        kind: 'removed',
        index: 20,
        after: { stream: 'a', revision: 4 },
        before: { stream: 'c', revision: 4 },
      },
    ]);
  });

  it('of which the last event that is covered is removed', async () => {
    change((database) => remove(database, 'd', 4));
    expect(await found()).toEqual([
      {
        kind: 'removed',
        index: 22,
        after: { stream: 'c', revision: 4 },
        before: { stream: 'integrity', revision: 3 },
      },
    ]);
  });

  it('into which an event is inserted: it is named, and nothing else', async () => {
    change((database) => insertBefore(database, rowOf(database, 'b', 2)));
    expect(await found()).toEqual([
      {
        kind: 'inserted',
        event: { stream: 'z', revision: 0 },
        after: { stream: 'a', revision: 2 },
      },
    ]);
  });

  it('of which two neighbours are swapped: both are named with both places', async () => {
    change((database) => swap(database, rowOf(database, 'b', 2), rowOf(database, 'c', 2)));
    expect(await found()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'moved', event: b2, index: 11 }),
        expect.objectContaining({ kind: 'moved', event: { stream: 'c', revision: 2 }, index: 12 }),
      ]),
    );
    expect(await found()).toHaveLength(2);
  });

  it('of which two events of a stream, far from each other, are swapped', async () => {
    change((database) => swap(database, rowOf(database, 'a', 0), rowOf(database, 'a', 4)));
    const differences = await found();
    expect(differences.map(({ kind }) => kind)).toEqual(['moved', 'moved']);
    expect(differences).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ event: { stream: 'a', revision: 4 }, index: 19 }),
        expect.objectContaining({ event: { stream: 'a', revision: 0 }, index: 2 }),
      ]),
    );
  });

  it('of which several things happened at once: each is named', async () => {
    change((database) => {
      const sql = `UPDATE events SET type = 'NoteAddee' WHERE position = ?`;
      database.prepare(sql).run(rowOf(database, 'a', 1));
      remove(database, 'c', 2);
      swap(database, rowOf(database, 'a', 3), rowOf(database, 'b', 3));
    });
    const differences = await found();
    expect(differences.map(({ kind }) => kind).toSorted()).toEqual([
      'altered',
      'moved',
      'moved',
      'removed',
    ]);
    expect(differences).toContainEqual(
      expect.objectContaining({ kind: 'removed', event: { stream: 'c', revision: 2 } }),
    );
  });

  describe('whose tail is cut off', () => {
    const cutAfter = (stream: string, revision: number) =>
      change((database) => {
        const position = rowOf(database, stream, revision);
        database.prepare('DELETE FROM events WHERE position > ?').run(position);
      });

    it('but for the record of its checkpoint: what is gone is named', async () => {
      change((database) => {
        for (const stream of ['b', 'c', 'd']) remove(database, stream, 4);
      });
      const differences = await found();
      expect(differences).toHaveLength(3);
      expect(differences).toMatchObject([20, 21, 22].map((index) => ({ kind: 'removed', index })));
    });

    it('with its checkpoint: who was given that checkpoint finds it', async () => {
      cutAfter('b', 4);
      expect(await found()).toEqual([]);
      expect(await found({ checkpoints: heldOutside(checkpoints) })).toEqual([
        { kind: 'truncated', checkpoint: '23.txt', size: 23, events: 21 },
      ]);
    });

    it('with its checkpoint, and that has gone on: who was given that checkpoint finds it', async () => {
      cutAfter('b', 4);
      await takeTurns(house.store, 3);
      await signCheckpoints(house.store, { signer, now });
      expect(await found()).toEqual([]);
      expect(await found({ checkpoints: heldOutside(checkpoints) })).toEqual([
        { kind: 'forked', checkpoint: '23.txt', size: 23, sound: 14 },
      ]);
    });
  });

  describe('whose record somebody has been at', () => {
    const alterRecord = (revision: number, alter: (data: CheckpointSigned) => object) =>
      change((database) => {
        const position = rowOf(database, 'integrity', revision);
        const { data } = database
          .prepare('SELECT data FROM events WHERE position = ?')
          .get(position) as { data: string };
        const altered = JSON.stringify(alter(JSON.parse(data) as CheckpointSigned));
        database.prepare('UPDATE events SET data = ? WHERE position = ?').run(altered, position);
      });
    const record = (revision: number) => ({ stream: 'integrity', revision });

    it('so that it holds another leaf: the record is named, and no event but it', async () => {
      alterRecord(2, (data) => ({ ...data, leaves: `AAAA${data.leaves.slice(4)}` }));
      const differences = await found();
      expect(differences).toContainEqual(
        expect.objectContaining({ kind: 'record', event: record(2) }),
      );
      expect(differences).toContainEqual({ kind: 'altered', index: 14, event: record(2) });
      expect(differences).toHaveLength(2);
    });

    it('with an event altered and the record made to fit: the root that was signed says no', async () => {
      const sql = `UPDATE events SET type = 'NoteAddee' WHERE position = ?`;
      change((database) => database.prepare(sql).run(rowOf(database, 'b', 4)));
      const leaf = toBase64(leafHash(leafText(await newestOf(house.store, 'b'))));
      alterRecord(3, (data) => {
        const bytes = Buffer.from(data.leaves, 'base64');
        Buffer.from(leaf, 'base64').copy(bytes, 32 * (20 - data.first));
        return { ...data, leaves: bytes.toString('base64') };
      });
      const differences = await found();
      expect(differences).toContainEqual(
        expect.objectContaining({ kind: 'record', event: record(3) }),
      );
      expect(differences).toContainEqual({ kind: 'range', from: 14, to: 23 });
    });

    it('and signed it anew with another key', async () => {
      const other = newSigner(signer.key.name);
      alterRecord(3, (data) => {
        const [text = ''] = data.note.split('\n\n');
        return { ...data, note: other.sign(`${text}\n`) };
      });
      expect(await found()).toEqual([
        {
          kind: 'record',
          event: record(3),
          fault: expect.stringContaining('not signed by'),
        },
      ]);
    });

    it('of which a checkpoint is removed: it is named, and the events are still known', async () => {
      change((database) => remove(database, 'integrity', 2));
      expect(await found()).toMatchObject([
        { kind: 'removed', index: 14, event: { stream: 'integrity', revision: 2 } },
      ]);
    });

    it('of which one is no JSON any more', async () => {
      change((database) => {
        const position = rowOf(database, 'integrity', 2);
        database.prepare(`UPDATE events SET data = '{' WHERE position = ?`).run(position);
      });
      const differences = await found();
      expect(differences).toContainEqual(
        expect.objectContaining({ kind: 'record', event: record(2) }),
      );
      expect(differences).toContainEqual(
        expect.objectContaining({ kind: 'altered', index: 14, event: record(2) }),
      );
    });

    it('all of which is gone: who was given a checkpoint and the key finds it', async () => {
      change((database) => {
        for (const revision of [3, 2, 1, 0]) remove(database, 'integrity', revision);
      });
      expect(await verifyLog(house.store)).toMatchObject({ covered: 0, uncovered: 20 });
      const kinds = (
        await found({
          keys: [formatVkey(signer.key)],
          checkpoints: heldOutside(checkpoints),
        })
      ).map(({ kind }) => kind);
      expect(kinds).toEqual(['forked', 'truncated', 'untrusted']);
    });
  });

  it('is not trusted by whoever trusts another key', async () => {
    const keys = [formatVkey(newSigner(signer.key.name).key)];
    expect(await found({ keys })).toEqual([{ kind: 'untrusted' }]);
    expect(await found({ keys: [formatVkey(signer.key)] })).toEqual([]);
  });
});

function faultOf(difference: LogDifference | undefined): { fault?: string } {
  return difference?.kind === 'altered' && difference.fault !== undefined
    ? { fault: difference.fault }
    : {};
}

function remove(database: DatabaseSync, stream: string, revision: number): void {
  database.prepare('DELETE FROM events WHERE position = ?').run(rowOf(database, stream, revision));
}

/** Makes room first, as whoever does not want to leave traces. */
function insertBefore(database: DatabaseSync, position: number): void {
  database.prepare('UPDATE events SET position = -position WHERE position >= ?').run(position);
  database.exec('UPDATE events SET position = 1 - position WHERE position < 0');
  database.exec(`INSERT INTO streams (name) VALUES ('z')`);
  database
    .prepare(
      `INSERT INTO events (position, stream_id, revision, id, type, data, metadata, recorded_at)
       VALUES (?, (SELECT id FROM streams WHERE name = 'z'), 0, ?, 'NoteAdded', '{"text":"palsu"}', '{}', 1)`,
    )
    .run(position, randomUUID());
}

function swap(database: DatabaseSync, one: number, other: number): void {
  const move = database.prepare('UPDATE events SET position = ? WHERE position = ?');
  move.run(-1, one);
  move.run(one, other);
  move.run(other, -1);
}

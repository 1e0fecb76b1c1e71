import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LogDifference } from './log-difference.ts';
import type { RecordedCheckpoint } from './integrity-stream.ts';
import type { OutsideCheckpoints } from './outside-checkpoints.ts';
import {
  houses,
  newSigner,
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
      ['id', `UPDATE events SET id = replace(id, substr(id, 1, 1), 'e') WHERE position = ?`],
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
      expect(await found()).toContainEqual({
        kind: 'altered',
        index: 11,
        event: { stream: 'z', revision: 2 },
      });
      expect(await found()).toContainEqual({ kind: 'missing', event: b2 });
    });
  });
});

function faultOf(difference: LogDifference | undefined): { fault?: string } {
  return difference?.kind === 'altered' && difference.fault !== undefined
    ? { fault: difference.fault }
    : {};
}

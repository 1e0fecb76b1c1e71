import { afterAll, describe, expect, it } from 'vitest';
import { openKeyRing } from '@satu-atap/event-store';
import { keyRingContract } from '@satu-atap/event-store/testing/key-ring-contract';
import { startPostgres } from './postgres.ts';

const server = await startPostgres();
afterAll(async () => {
  if (!('unavailable' in server)) await server.close();
});

describe.skipIf('unavailable' in server)('on PostgreSQL', () => {
  if ('unavailable' in server) return;
  keyRingContract('in PostgreSQL', async () => {
    const postgres = await server.newDatabase();
    return { open: () => openKeyRing({ postgres }), remove: async () => {} };
  });

  it('makes its tables once, whoever comes first', async () => {
    const postgres = await server.newDatabase();
    const rings = Array.from({ length: 6 }, () => openKeyRing({ postgres }));
    const keys = await Promise.all(rings.map((ring) => ring.keyFor('budi')));
    expect(new Set(keys.map(({ id }) => id)).size).toBe(1);
    await Promise.all(rings.map((ring) => ring.close()));
  });

  it('keeps no erased key in the file of its table', async () => {
    const postgres = await server.newDatabase();
    const ring = openKeyRing({ postgres });
    const { id } = await ring.keyFor('budi');
    await ring.keyFor('siti');
    const file = "SELECT pg_relation_filenode('personal_data.keys') AS node";
    const [before] = await server.query(postgres, file);
    await ring.erase([id]);
    const [after] = await server.query(postgres, file);
    expect(after).not.toEqual(before);
    await ring.close();
  });
});

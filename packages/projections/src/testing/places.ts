import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReadModelsLocation } from '../database/open-read-models.ts';
import { startPostgres } from './postgres.ts';

/** A kind of place for read models, for suites that run on each of them. */
export type TestPlace = {
  name: string;
  /** Why the suite must be skipped, where it must. */
  unavailable?: string;
  /** A new, empty place. */
  fresh(): Promise<ReadModelsLocation>;
  /** See `TestPostgres.outage`; absent where the place cannot be away. */
  outage?: { begin(): Promise<void>; end(): Promise<void> };
  close(): Promise<void>;
};

/** Every kind of place for read models; one that cannot be had here says why, and is skipped. */
export async function testPlaces(): Promise<TestPlace[]> {
  return [sqlite(), await postgres()];
}

function sqlite(): TestPlace {
  const folders: string[] = [];
  return {
    name: 'SQLite',
    async fresh() {
      const folder = mkdtempSync(join(tmpdir(), 'satu-atap-read-models-'));
      folders.push(folder);
      return { folder };
    },
    async close() {
      for (const folder of folders) rmSync(folder, { recursive: true });
    },
  };
}

async function postgres(): Promise<TestPlace> {
  const name = 'PostgreSQL';
  const server = await startPostgres();
  if ('unavailable' in server) {
    const { unavailable } = server;
    return {
      name,
      unavailable,
      fresh: () => Promise.reject(new Error(unavailable)),
      async close() {},
    };
  }
  return {
    name,
    fresh: async () => ({ postgres: await server.newDatabase() }),
    ...(server.outage ? { outage: server.outage } : {}),
    close: () => server.close(),
  };
}

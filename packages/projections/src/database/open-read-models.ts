import { PostgresReadModels } from './postgres/postgres-read-models.ts';
import type { ReadModelsDatabase } from './read-models-database.ts';
import { SqliteReadModels } from './sqlite/sqlite-read-models.ts';

/** Where the read models are: plain data, so that a worker thread can be told. */
export type ReadModelsLocation =
  /** A folder of SQLite files. */
  | { folder: string }
  /** A PostgreSQL database: `postgres://user:password@host/database`. */
  | { postgres: string };

export function openReadModels(location: ReadModelsLocation): ReadModelsDatabase {
  return 'folder' in location
    ? new SqliteReadModels(location.folder)
    : new PostgresReadModels(location.postgres);
}

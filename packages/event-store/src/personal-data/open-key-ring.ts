import type { KeyRing } from './key-ring.ts';
import { keyWrapping } from './key-wrapping.ts';
import { PostgresKeyRing } from './postgres/postgres-key-ring.ts';
import { SqliteKeyRing } from './sqlite/sqlite-key-ring.ts';

/** Where the keys are: plain data, so that a worker thread can be told. */
export type KeyRingLocation = (
  | /** A SQLite file. */ { file: string }
  /** PostgreSQL: `postgres://…`; the schema `personal_data` of its database. */
  | { postgres: string }
) & {
  /** A file with the master key that wraps them: 32 bytes in base64. */
  masterKeyFile?: string;
};

/** @throws KeyRingUnavailableError for a master key that cannot be used */
export function openKeyRing(location: KeyRingLocation): KeyRing {
  const wrapping = keyWrapping(location.masterKeyFile);
  return 'file' in location
    ? new SqliteKeyRing(location.file, wrapping)
    : new PostgresKeyRing(location.postgres, wrapping);
}

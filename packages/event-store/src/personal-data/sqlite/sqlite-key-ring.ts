import { randomUUID, type KeyObject } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { together } from '../../gather.ts';
import { KeyRingUnavailableError, type KeyRing, type PersonalKey } from '../key-ring.ts';
import type { KeyWrapping } from '../key-wrapping.ts';

/** How long a statement waits for another process's lock, in milliseconds. */
const lockTimeout = 5000;
/** How often, and after how many milliseconds each, to ask for the journal that others still read. */
const emptyings = { most: 100, every: 50 };

/**
 * What is deleted is overwritten with zeros, in the file and, once the journal is emptied, there. Keys
 * are on disk before the events that they seal.
 */
const pragmas = 'PRAGMA secure_delete = ON; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL';

const tables = `
  CREATE TABLE IF NOT EXISTS keys (
    id TEXT PRIMARY KEY NOT NULL,
    applicant TEXT NOT NULL,
    active INTEGER NOT NULL,
    wrapped INTEGER NOT NULL,
    key BLOB NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS keys_by_applicant ON keys (applicant);
  CREATE UNIQUE INDEX IF NOT EXISTS active_keys ON keys (applicant) WHERE active = 1;
  CREATE TABLE IF NOT EXISTS erased_keys (
    id TEXT PRIMARY KEY NOT NULL,
    erased_at TEXT NOT NULL
  ) WITHOUT ROWID;
`;

type KeyRow = { id: string; wrapped: number; key: Uint8Array };
/** What is asked for every event, prepared once. */
type Open = { database: DatabaseSync; active: StatementSync; find: StatementSync };

/** Keys in a SQLite file of their own, readable by its owner alone. Opened, and made, when first needed. */
export class SqliteKeyRing implements KeyRing {
  readonly #file: string;
  readonly #wrapping: KeyWrapping;
  #open: Open | undefined;
  /** Keys that are asked for together share one flush to disk. */
  readonly #made = together<string, PersonalKey>(async (applicants) => this.#make(applicants));

  /** @param file `:memory:` for one that is kept nowhere */
  constructor(file: string, wrapping: KeyWrapping) {
    this.#file = file;
    this.#wrapping = wrapping;
  }

  async keyFor(applicant: string): Promise<PersonalKey> {
    return this.#active(applicant) ?? this.#made(applicant);
  }

  async find(ids: readonly string[]): Promise<Map<string, KeyObject | 'erased'>> {
    const found = new Map<string, KeyObject | 'erased'>();
    if (this.#file !== ':memory:' && !existsSync(this.#file)) return found;
    return this.#use(({ database, find: key }) => {
      const erased = database.prepare('SELECT id FROM erased_keys WHERE id = ?');
      for (const id of ids) {
        const row = key.get(id) as KeyRow | undefined;
        if (row) found.set(id, this.#unwrapped(row).key);
        else if (erased.get(id)) found.set(id, 'erased');
      }
      return found;
    });
  }

  async retire(applicant: string): Promise<string[]> {
    return this.#use(({ database }) => {
      database.prepare('UPDATE keys SET active = 0 WHERE applicant = ?').run(applicant);
      const rows = database.prepare('SELECT id FROM keys WHERE applicant = ? ORDER BY id');
      return (rows.all(applicant) as KeyRow[]).map(({ id }) => id);
    });
  }

  async erase(ids: readonly string[]): Promise<void> {
    this.#transaction((database) => {
      const remove = database.prepare('DELETE FROM keys WHERE id = ?');
      const note = database.prepare('INSERT OR IGNORE INTO erased_keys VALUES (?, ?)');
      const now = new Date().toISOString();
      for (const id of ids) {
        remove.run(id);
        note.run(id, now);
      }
    });
    await this.#emptyJournal();
  }

  async close(): Promise<void> {
    this.#open?.database.close();
    this.#open = undefined;
  }

  #active(applicant: string): PersonalKey | undefined {
    return this.#use(({ active }) => {
      const row = active.get(applicant) as KeyRow | undefined;
      return row && this.#unwrapped(row);
    });
  }

  #make(applicants: readonly string[]): PersonalKey[] {
    return this.#transaction((database) => {
      const insert = database.prepare('INSERT INTO keys VALUES (?, ?, 1, ?, ?)');
      return applicants.map((applicant) => {
        // Another process, or another of these, may have made it meanwhile.
        const there = this.#active(applicant);
        if (there) return there;
        const id = randomUUID();
        const { key, kept, wrapped } = this.#wrapping.make(id);
        insert.run(id, applicant, wrapped ? 1 : 0, kept);
        return { id, key };
      });
    });
  }

  /** Until it is emptied, the journal holds pages as they were. */
  async #emptyJournal(): Promise<void> {
    for (let tries = 0; tries < emptyings.most; tries += 1) {
      const row = this.#use(({ database }) =>
        database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get(),
      ) as { busy: number };
      if (row.busy === 0) return;
      await delay(emptyings.every);
    }
    throw new KeyRingUnavailableError(
      `the journal of ${this.#file} cannot be emptied while another process reads it: try again`,
    );
  }

  #unwrapped({ id, wrapped, key }: KeyRow): PersonalKey {
    return { id, key: this.#wrapping.unwrap(id, { kept: key, wrapped: wrapped === 1 }) };
  }

  #transaction<T>(work: (database: DatabaseSync) => T): T {
    return this.#use(({ database }) => {
      database.exec('BEGIN IMMEDIATE');
      try {
        const result = work(database);
        database.exec('COMMIT');
        return result;
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK');
        throw error;
      }
    });
  }

  #use<T>(work: (open: Open) => T): T {
    try {
      this.#open ??= open(this.#file);
      return work(this.#open);
    } catch (error) {
      if (error instanceof KeyRingUnavailableError) throw error;
      throw new KeyRingUnavailableError(`the key ring ${this.#file} cannot be used`, {
        cause: error,
      });
    }
  }
}

function open(file: string): Open {
  if (file !== ':memory:') {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    // SQLite gives its journals the permissions of the file.
    closeSync(openSync(file, 'a', 0o600));
  }
  const database = new DatabaseSync(file, { timeout: lockTimeout });
  database.exec(pragmas);
  database.exec(tables);
  const columns = 'SELECT id, wrapped, key FROM keys';
  return {
    database,
    active: database.prepare(`${columns} WHERE applicant = ? AND active = 1`),
    find: database.prepare(`${columns} WHERE id = ?`),
  };
}

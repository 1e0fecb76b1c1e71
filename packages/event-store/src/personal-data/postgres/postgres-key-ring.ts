import { randomUUID, type KeyObject } from 'node:crypto';
import pg from 'pg';
import { KeyRingUnavailableError, type KeyRing, type PersonalKey } from '../key-ring.ts';
import type { KeyWrapping } from '../key-wrapping.ts';

/** How long an answer may take, in milliseconds. */
const patience = 10_000;
/** Any number that nothing else takes: two processes that make the tables at once wait for each other. */
const lockKey = 7_283_046_552;

const tables = `
  CREATE SCHEMA IF NOT EXISTS personal_data;
  CREATE TABLE IF NOT EXISTS personal_data.keys (
    id uuid PRIMARY KEY,
    applicant text NOT NULL,
    active boolean NOT NULL,
    wrapped boolean NOT NULL,
    key bytea NOT NULL
  );
  CREATE INDEX IF NOT EXISTS keys_by_applicant ON personal_data.keys (applicant);
  CREATE UNIQUE INDEX IF NOT EXISTS active_keys ON personal_data.keys (applicant) WHERE active;
  CREATE TABLE IF NOT EXISTS personal_data.erased_keys (
    id uuid PRIMARY KEY,
    erased_at timestamptz NOT NULL DEFAULT clock_timestamp()
  );
`;

type KeyRow = { id: string; wrapped: boolean; key: Buffer };

/** Keys in a schema of its own of a PostgreSQL database, for several processes on several machines. */
export class PostgresKeyRing implements KeyRing {
  readonly #pool: pg.Pool;
  readonly #wrapping: KeyWrapping;
  #prepared: Promise<void> | undefined;

  constructor(url: string, wrapping: KeyWrapping) {
    this.#wrapping = wrapping;
    this.#pool = new pg.Pool({
      connectionString: url,
      application_name: 'satu-atap keys',
      max: 4,
      connectionTimeoutMillis: 5000,
      query_timeout: patience,
    });
    // A connection that is lost while nobody uses it: the next query opens another.
    this.#pool.on('error', () => undefined);
  }

  async keyFor(applicant: string): Promise<PersonalKey> {
    const active =
      'SELECT id, wrapped, key FROM personal_data.keys WHERE applicant = $1 AND active';
    return this.#use(async () => {
      for (;;) {
        const [row] = await this.#rows<KeyRow>(active, [applicant]);
        if (row) return this.#unwrapped(row);
        const id = randomUUID();
        const { kept, wrapped } = this.#wrapping.make(id);
        // Of two who make one at once, one does, and both find it.
        await this.#rows(
          `INSERT INTO personal_data.keys (id, applicant, active, wrapped, key)
           VALUES ($1, $2, true, $3, $4) ON CONFLICT DO NOTHING`,
          [id, applicant, wrapped, kept],
        );
      }
    });
  }

  async find(ids: readonly string[]): Promise<Map<string, KeyObject | 'erased'>> {
    return this.#use(async () => {
      const found = new Map<string, KeyObject | 'erased'>();
      const erased = await this.#rows<{ id: string }>(
        'SELECT id FROM personal_data.erased_keys WHERE id = ANY ($1)',
        [ids],
      );
      for (const { id } of erased) found.set(id, 'erased');
      const keys = await this.#rows<KeyRow>(
        'SELECT id, wrapped, key FROM personal_data.keys WHERE id = ANY ($1)',
        [ids],
      );
      for (const row of keys) found.set(row.id, this.#unwrapped(row).key);
      return found;
    });
  }

  async retire(applicant: string): Promise<string[]> {
    return this.#use(async () => {
      const rows = await this.#rows<{ id: string }>(
        'UPDATE personal_data.keys SET active = false WHERE applicant = $1 RETURNING id',
        [applicant],
      );
      return rows.map(({ id }) => id).toSorted();
    });
  }

  async erase(ids: readonly string[]): Promise<void> {
    await this.#use(async () => {
      // One statement, and so one transaction.
      await this.#rows(
        `WITH gone AS (DELETE FROM personal_data.keys WHERE id = ANY ($1))
         INSERT INTO personal_data.erased_keys (id) SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING`,
        [ids],
      );
      // Writes the table anew and drops the file in which the dead rows lie.
      await this.#rows('VACUUM FULL personal_data.keys', []);
    });
  }

  async close(): Promise<void> {
    if (!this.#pool.ended) await this.#pool.end();
  }

  #unwrapped({ id, wrapped, key }: KeyRow): PersonalKey {
    return { id, key: this.#wrapping.unwrap(id, { kept: key, wrapped }) };
  }

  async #rows<Row extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<Row[]> {
    return (await this.#pool.query<Row>(text, values)).rows;
  }

  async #use<T>(work: () => Promise<T>): Promise<T> {
    try {
      this.#prepared ??= this.#prepare();
      await this.#prepared;
      return await work();
    } catch (error) {
      if (error instanceof KeyRingUnavailableError) throw error;
      throw new KeyRingUnavailableError('the key ring in PostgreSQL cannot be used', {
        cause: error,
      });
    }
  }

  async #prepare(): Promise<void> {
    try {
      await this.#pool.query(`BEGIN; SELECT pg_advisory_xact_lock(${lockKey}); ${tables} COMMIT`);
    } catch (error) {
      this.#prepared = undefined;
      throw error;
    }
  }
}

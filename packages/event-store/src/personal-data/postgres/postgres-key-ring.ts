import { randomUUID, type KeyObject } from 'node:crypto';
import pg from 'pg';
import { together } from '../../gather.ts';
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
  /** Keys that are asked for together are one question, and one insert. */
  readonly #given = together<string, PersonalKey>((applicants) => this.#give(applicants));

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
    return this.#given(applicant);
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

  async #give(applicants: readonly string[]): Promise<PersonalKey[]> {
    return this.#use(async () => {
      // In order: two processes that make some of the same must not wait for each other in a circle.
      const asked = [...new Set(applicants)].toSorted();
      const keys = new Map<string, PersonalKey>();
      for (;;) {
        const missing = asked.filter((applicant) => !keys.has(applicant));
        if (missing.length === 0)
          return applicants.flatMap((applicant) => keys.get(applicant) ?? []);
        const rows = await this.#rows<KeyRow & { applicant: string }>(
          `SELECT applicant, id, wrapped, key FROM personal_data.keys
           WHERE applicant = ANY ($1) AND active`,
          [missing],
        );
        for (const row of rows) keys.set(row.applicant, this.#unwrapped(row));
        await this.#make(missing.filter((applicant) => !keys.has(applicant)));
      }
    });
  }

  /** Of several who make one for an applicant at once, one does, and all find it. */
  async #make(applicants: readonly string[]): Promise<void> {
    if (applicants.length === 0) return;
    const made = applicants.map((applicant) => {
      const id = randomUUID();
      return { id, applicant, ...this.#wrapping.make(id) };
    });
    await this.#rows(
      `INSERT INTO personal_data.keys (id, applicant, active, wrapped, key)
       SELECT id, applicant, true, wrapped, key
       FROM unnest($1::uuid[], $2::text[], $3::boolean[], $4::bytea[])
         AS made (id, applicant, wrapped, key)
       ON CONFLICT DO NOTHING`,
      [
        made.map(({ id }) => id),
        made.map(({ applicant }) => applicant),
        made.map(({ wrapped }) => wrapped),
        made.map(({ kept }) => Buffer.from(kept)),
      ],
    );
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

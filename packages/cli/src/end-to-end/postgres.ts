import { startPostgres, type TestPostgres } from '@satu-atap/projections/testing';
import { afterAll, beforeAll } from 'vitest';
import { patience } from './processes.ts';

/** PostgreSQL for the tests of a file: started before the first, and ended after the last. */
export function postgresForTests(): () => TestPostgres | { unavailable: string } {
  let postgres: TestPostgres | { unavailable: string };
  beforeAll(async () => {
    postgres = await startPostgres();
  }, patience);
  afterAll(async () => {
    if ('close' in postgres) await postgres.close();
  }, patience);
  return () => postgres;
}

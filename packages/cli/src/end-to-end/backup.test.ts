import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openKeyRing } from '@satu-atap/event-store';
import { startPostgres, type TestPostgres } from '@satu-atap/projections/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { publishJobCardWithEmail } from './job-card.ts';
import {
  cleanUp,
  patience,
  root,
  satuAtap,
  scratchFolder,
  startServer,
  tokenFor,
} from './processes.ts';
import { applications, requestsTo } from './requests.ts';

const has = (command: string) => spawnSync(command, ['--version']).status === 0;
const guide = readFileSync(join(root, 'docs/operating.md'), 'utf8');

/** The commands of a block of the operators' guide that say this. */
function printed(words: string): string {
  const blocks = [...guide.matchAll(/^ *```sh\n(.*?)^ *```$/gms)].map(([, block = '']) => block);
  const found = blocks.filter((block) => block.includes(words));
  expect(found).toHaveLength(1);
  return found[0] ?? '';
}

/** Runs commands as they are printed, in a folder. */
function runIn(folder: string, commands: string): void {
  const { status, stderr } = spawnSync('sh', ['-ec', commands], { cwd: folder, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}

afterEach(cleanUp, patience);

test.skipIf(!has('sqlite3'))(
  'a backup as the guide prints it, made while the engine runs, is restored as it says: what was erased ' +
    'since is erased again, all else is there',
  { timeout: patience * 3 },
  async () => {
    const house = scratchFolder();
    const data = join(house, 'data');
    const services = join(house, 'services');
    mkdirSync(services);
    let server = await startServer({ data, services });
    let send = requestsTo(server.url);
    await publishJobCardWithEmail('--data', data);
    const given = async (sub: string) => {
      const token = await tokenFor(data, { role: 'applicant', sub, name: `Nama ${sub}` });
      const body = {
        service: 'disnaker.ak-1',
        office: 'mpp-jakarta',
        data: { education: 'SMP', email: `${sub}@contoh.id` },
      };
      const submitted = await send('POST', applications, { token, body });
      expect(submitted.status).toBe(201);
      const at = `${applications}/${submitted.body.id as string}`;
      const body2 = { action: 'withdraw' };
      expect((await send('POST', `${at}/actions`, { token, body: body2 })).status).toBe(200);
      return at;
    };
    const [budi, siti] = [await given('budi'), await given('siti')];

    runIn(house, printed(".backup 'backup/events.sqlite'"));
    runIn(house, printed(".backup 'backup-keys/personal-data.sqlite'"));
    runIn(house, printed('PRAGMA integrity_check'));
    const ground = ['--legal-ground', 'UU 27/2022 Pasal 8', '--reason', 'atas permintaan'];
    const erased = await satuAtap('erase-personal-data', 'budi', ...ground, '--data', data);
    expect(erased.code).toBe(0);
    const auditor = await tokenFor(data, { role: 'auditor', sub: 'bpk' });
    expect(await server.stop()).toBe(0);

    // The events are there, with the erasure; keys and documents come from the backup.
    rmSync(join(data, 'keys/personal-data.sqlite'));
    for (const name of readdirSync(data).filter((one) => one.startsWith('read-models'))) {
      rmSync(join(data, name));
    }
    cpSync(
      join(house, 'backup-keys/personal-data.sqlite'),
      join(data, 'keys/personal-data.sqlite'),
    );
    cpSync(join(house, 'backup/documents'), join(data, 'documents'), { recursive: true });
    const nameAt = async (at: string) =>
      (await send('GET', at, { token: auditor })).body.applicant as { name?: string };
    server = await startServer({ data, services });
    send = requestsTo(server.url);
    expect(await nameAt(budi)).toEqual({ id: 'budi' });
    expect(await nameAt(siti)).toEqual({ id: 'siti', name: 'Nama siti' });
    expect(await server.stop()).toBe(0);

    // Everything from the backup, into an empty folder: it is as it was then, before the erasure.
    rmSync(data, { recursive: true });
    mkdirSync(join(data, 'keys'), { recursive: true });
    cpSync(join(house, 'backup'), data, { recursive: true });
    cpSync(
      join(house, 'backup-keys/personal-data.sqlite'),
      join(data, 'keys/personal-data.sqlite'),
    );
    server = await startServer({ data, services });
    send = requestsTo(server.url);
    const later = await tokenFor(data, { role: 'auditor', sub: 'bpk' });
    for (const [at, sub] of [
      [budi, 'budi'],
      [siti, 'siti'],
    ] as const) {
      expect((await send('GET', at, { token: later })).body.applicant).toEqual({
        id: sub,
        name: `Nama ${sub}`,
      });
    }
    expect(await server.stop()).toBe(0);
  },
);

let postgres: TestPostgres | { unavailable: string };
beforeAll(async () => {
  postgres = await startPostgres();
}, patience);
afterAll(async () => {
  if ('close' in postgres) await postgres.close();
}, patience);

test('what the guide deletes of PostgreSQL are the read models, never the keys', async ({
  skip,
}) => {
  if ('unavailable' in postgres) return skip(`needs PostgreSQL: ${postgres.unavailable}`);
  const database = await postgres.newDatabase();
  const ring = openKeyRing({ postgres: database });
  const { id } = await ring.keyFor('budi');
  for (const schema of ['read_models_1', 'read_models_22', 'read_models', 'readers']) {
    await postgres.query(database, `CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.rows (a int)`);
  }
  const [, statement = ''] = /-c "(DO .*?)"$/ms.exec(printed('DROP SCHEMA')) ?? [];
  await postgres.query(database, statement.replaceAll('\\$', '$'));
  const left = await postgres.query(
    database,
    `SELECT nspname AS name FROM pg_namespace
     WHERE nspname LIKE 'read%' OR nspname = 'personal_data' ORDER BY nspname`,
  );
  expect(left).toEqual([{ name: 'personal_data' }, { name: 'readers' }]);
  expect((await ring.keyFor('budi')).id).toBe(id);
  await ring.close();
});

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test } from 'vitest';
import { publishJobCard, submission } from './job-card.ts';
import { postgresForTests } from './postgres.ts';
import {
  cleanUp,
  patience,
  satuAtap,
  scratchFolder,
  startEventStore,
  startServer,
  tokenFor,
  type ServerOptions,
} from './processes.ts';
import { applications, requestsTo } from './requests.ts';

const postgresHere = postgresForTests();
afterEach(cleanUp, patience);

/** A server in these places that takes in files, and ends. @returns ids of the files */
async function lived(places: ServerOptions, ...flags: string[]): Promise<string[]> {
  const services = join(scratchFolder(), 'no-services');
  await mkdir(services);
  const server = await startServer({ ...places, services });
  await publishJobCard(...flags);
  const send = requestsTo(server.url);
  const claims = { role: 'applicant', sub: 'pemohon-1', name: 'Siti Pemohon' };
  const token = await tokenFor(places.data, claims);
  const files: string[] = [];
  for (let count = 0; count < 3; count += 1) {
    const { status, body } = await send('POST', applications, { token, body: submission });
    expect(status).toBe(201);
    const id = body.id as string;
    const withdrawn = { token, body: { action: 'withdraw' } };
    expect((await send('POST', `${applications}/${id}/actions`, withdrawn)).status).toBe(200);
    files.push(id);
  }
  await expect
    .poll(async () => (await send('GET', '/readyz')).body, { timeout: patience / 2 })
    .toMatchObject({ eventsBehind: 0 });
  expect(await server.stop()).toBe(0);
  return files;
}

async function verify(...flags: string[]) {
  const { code, stdout, stderr } = await satuAtap('verify', '--json', '--jobs', '2', ...flags);
  const lines = stdout.split('\n').filter((line) => line !== '');
  const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { code, stderr, told, summary: told.at(-1)?.['summary'] };
}

test(
  'a log in EventStoreDB is verified, and a step that was altered there is named',
  { timeout: patience * 2 },
  async () => {
    const data = join(scratchFolder(), 'data');
    const file = join(scratchFolder(), 'events.sqlite');
    let eventStore = await startEventStore(file);
    const flags = () => ['--data', data, '--event-store', eventStore.connectionString];
    const places = { data, eventStore: eventStore.connectionString };
    const [first = ''] = await lived(places, '--event-store', eventStore.connectionString);
    expect(await satuAtap('integrity', 'checkpoint', ...flags())).toMatchObject({ code: 0 });

    const sound = await verify(...flags());
    expect(sound).toMatchObject({
      code: 0,
      summary: {
        findings: 0,
        unchecked: 0,
        readModels: { outcome: 'compared', differences: 0 },
        integrity: { differences: 0 },
      },
    });
    expect(sound.told).toHaveLength(1);

    await eventStore.kill();
    alterStep(file, `application-${first}`);
    eventStore = await startEventStore(file);
    const found = await verify(...flags(), '--no-read-models');
    expect(found.code).toBe(1);
    expect(found.told).toContainEqual(
      expect.objectContaining({
        stream: `application-${first}`,
        finding: 'refused',
        refusal: expect.objectContaining({ type: 'unknown-action' }),
      }),
    );
    expect(found.told).toContainEqual({
      integrity: expect.objectContaining({ kind: 'altered' }),
    });
  },
);

/** Puts another action into the file's step, past the server. */
function alterStep(file: string, stream: string): void {
  const database = new DatabaseSync(file);
  const { changes } = database
    .prepare(
      `UPDATE events SET data = replace(data, '"withdraw"', '"withheld"')
       WHERE type = 'StepTaken' AND stream_id = (SELECT id FROM streams WHERE name = ?)`,
    )
    .run(stream);
  database.close();
  expect(Number(changes)).toBe(1);
}

test(
  'read models in PostgreSQL are compared, and a row that was altered there is named',
  { timeout: patience * 2 },
  async ({ skip }) => {
    const postgres = postgresHere();
    if ('unavailable' in postgres) return skip(`needs PostgreSQL: ${postgres.unavailable}`);
    const data = join(scratchFolder(), 'data');
    const readModels = await postgres.newDatabase();
    const [first = ''] = await lived({ data, readModels }, '--data', data);
    const flags = ['--data', data, '--read-models', readModels];
    expect(await verify(...flags)).toMatchObject({
      code: 0,
      summary: { findings: 0, readModels: { outcome: 'compared', differences: 0 } },
    });

    const tables = (await postgres.query(
      readModels,
      `SELECT table_schema AS place FROM information_schema.tables WHERE table_name = 'applications'`,
    )) as { place: string }[];
    for (const { place } of tables) {
      const statement = `UPDATE "${place}".applications SET channel = 'fax' WHERE id = '${first}'`;
      await postgres.query(readModels, statement);
    }
    const found = await verify(...flags);
    expect(found).toMatchObject({ code: 1, summary: { findings: 0 } });
    expect(found.told[0]).toEqual({
      readModels: {
        table: 'applications',
        key: { id: first },
        application: first,
        difference: 'otherwise',
        column: 'channel',
        is: 'fax',
        shouldBe: 'online',
      },
    });

    const away = new URL(readModels);
    away.port = '1';
    const unreachable = await verify('--data', data, '--read-models', away.href);
    expect(unreachable.code).toBe(1);
    expect(unreachable.stderr).not.toMatch(/\n\s+at /);
    expect(unreachable.told).toEqual([]);
  },
);

import { readdir, readFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { TestPostgres } from '@satu-atap/projections/testing';
import { afterEach, expect, test } from 'vitest';
import { newInstallation, type Installation } from './installation.ts';
import { publishJobCardWithEmail } from './job-card.ts';
import { postgresForTests } from './postgres.ts';
import { cleanUp, patience, run, satuAtapWith, scratchFolder, startPart } from './processes.ts';
import { applications, notBefore, requestsTo, type Request } from './requests.ts';

/** What is personal of Budi, wherever it might lie. */
const secrets = ['Budi Rahasiawan', 'budi.rahasia@contoh.id', 'ktp-rahasia.pdf', 'ISI-KTP-RAHASIA'];
const hasUnzip = spawnSync('unzip', ['-v']).status === 0;

const postgresHere = postgresForTests();
afterEach(cleanUp, patience);

const secretsIn = (text: string | Buffer) => secrets.filter((secret) => text.includes(secret));

/** Which secrets stand in some row of some table of a database. */
async function inRows({ query }: TestPostgres, url: string): Promise<string[]> {
  const tables = (await query(
    url,
    `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
     WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
  )) as { name: string }[];
  const rows: string[] = [];
  for (const { name } of tables) {
    for (const row of await query(url, `SELECT t::text AS row FROM ${name} AS t`)) {
      rows.push((row as { row: string }).row);
    }
  }
  return secretsIn(rows.join('\n'));
}

/** Which secrets stand in some file below a folder, or in this one. */
async function inFiles(place: string): Promise<string[]> {
  const below = await readdir(place, { recursive: true, withFileTypes: true });
  const files = below.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  return secretsIn(Buffer.concat(await Promise.all(files.map((file) => readFile(file)))));
}

/** Submitted through one API, with a document; withdrawn through the other, so that both remember it. */
async function givenEnded(one: Request, oneUrl: string, other: Request, token: string) {
  const body = {
    service: 'disnaker.ak-1',
    office: 'mpp-jakarta',
    data: { education: 'SMP', email: 'budi.rahasia@contoh.id' },
  };
  const submitted = await one('POST', applications, { token, body });
  expect(submitted.status).toBe(201);
  const id = submitted.body.id as string;
  const at = `${applications}/${id}`;
  const attached = await fetch(
    `${oneUrl}${at}/documents?requirement=identity-card&name=ktp-rahasia.pdf`,
    {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/pdf' },
      body: '%PDF-1.4\n% ISI-KTP-RAHASIA\n%%EOF\n',
    },
  );
  expect(attached.status).toBe(200);
  const withdrawn = await other('POST', `${at}/actions`, { token, body: { action: 'withdraw' } });
  expect(withdrawn.status).toBe(200);
  const { facts } = withdrawn.body as { facts: { documents: [{ document: string }] } };
  return { id, at, document: facts.documents[0].document, position: withdrawn.headers };
}

/** Exports and a bundle of an application, made by commands beside the parts. */
async function evidenceOf({ settings }: Installation, id: string): Promise<string> {
  const command = async (...args: string[]) => {
    const { code, stdout, stderr } = await satuAtapWith(settings, ...args);
    if (code !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  const folder = scratchFolder();
  const bundle = join(folder, 'bukti.zip');
  await command('integrity', 'checkpoint');
  await command('bundle', id, '--out', bundle);
  const key = (await command('integrity', 'keys')).match(/\S+\+[0-9a-f]{8}\+\S+/)?.[0] ?? '';
  await command('verify-bundle', bundle, '--key', key);
  const told = await Promise.all([
    command('export', 'csv', '--application', id),
    command('export', 'xes', '--application', id),
    command('replay', id),
    hasUnzip ? run('unzip', '-p', bundle).then(({ stdout }) => stdout) : '',
  ]);
  return told.join('\n');
}

test(
  'what one API was given and another erases is in no process, no store and no evidence any more',
  { timeout: patience * 3 },
  async ({ skip }) => {
    const postgres = postgresHere();
    if ('unavailable' in postgres) return skip(`needs PostgreSQL: ${postgres.unavailable}`);
    const database = await postgres.newDatabase();
    const installation = await newInstallation(database);
    const { settings, eventStore, data, issuer, close } = installation;
    await publishJobCardWithEmail('--event-store', eventStore.connectionString);
    const parts = [await startPart('projector', settings)];
    const workers = await startPart('workers', settings);
    const apis = await Promise.all([startPart('api', settings), startPart('api', settings)]);
    parts.push(workers, ...apis);
    const [first, second] = apis.map(({ url }) => requestsTo(url)) as [Request, Request];
    const person = (sub: string, role: string, name = sub) =>
      issuer.token({ sub, name, roles: [role], expiresIn: 600 });
    const budi = await person('budi', 'applicant', 'Budi Rahasiawan');
    const auditor = await person('bpk', 'auditor');

    const { id, at, document, position } = await givenEnded(first, apis[0].url, second, budi);
    // Everybody has it in memory, the read models in their rows.
    const seen = { token: auditor, headers: notBefore(position) };
    for (const api of [first, second]) {
      const read = async () => (await api('GET', at, seen)).body.applicant;
      await expect
        .poll(read, { timeout: patience / 2 })
        .toEqual({ id: 'budi', name: 'Budi Rahasiawan' });
      expect(secretsIn(JSON.stringify((await api('GET', `${at}/replay`, seen)).body))).not.toEqual(
        [],
      );
    }
    expect(await inRows(postgres, database)).not.toEqual([]);
    expect(await inFiles(join(eventStore.file, '..'))).toEqual([]);

    const erased = await second('POST', '/api/v1/applicants/budi/erasure', {
      token: await person('ppdp', 'data-protection-officer'),
      body: { legalGround: 'UU 27/2022 Pasal 8', reason: 'atas permintaan pemohon' },
    });
    expect(erased).toMatchObject({
      status: 200,
      body: { applications: [id], keys: 1, documents: 1, repeated: false, inTheClear: [] },
    });

    // Deadlines, not waits: the other processes follow within moments, not by growing old in a minute.
    const follows = { timeout: 20_000, interval: 200 };
    for (const api of [first, second]) {
      for (const path of [at, `${at}/history`, `${at}/replay`]) {
        const read = async () => {
          const { status, body } = await api('GET', path, { token: auditor });
          return { status, secrets: secretsIn(JSON.stringify(body)) };
        };
        await expect.poll(read, follows).toEqual({ status: 200, secrets: [] });
      }
      expect((await api('GET', at, { token: auditor })).body.applicant).toEqual({ id: 'budi' });
      const gone = await api('GET', `${at}/documents/${document}`, { token: auditor });
      expect(gone).toMatchObject({ status: 410, body: { type: '/problems/document-erased' } });
    }
    await expect.poll(() => inRows(postgres, database), follows).toEqual([]);
    expect(await inFiles(data)).toEqual([]);

    const evidence = await evidenceOf(installation, id);
    expect(secretsIn(evidence)).toEqual([]);
    expect(evidence).toContain('budi');
    expect(evidence.includes('[data pribadi dihapus]')).toBe(hasUnzip);

    for (const part of parts) expect(secretsIn(part.stdout())).toEqual([]);
    expect(await Promise.all(parts.map((part) => part.stop()))).toEqual(parts.map(() => 0));
    close();
  },
);

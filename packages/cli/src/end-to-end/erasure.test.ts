import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { leafText } from '@satu-atap/domain';
import { EmbeddedEventStore } from '@satu-atap/event-store';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { publishJobCardWithEmail } from './job-card.ts';
import {
  cleanUp,
  patience,
  satuAtap,
  scratchFolder,
  startServer,
  tokenFor,
  type Server,
} from './processes.ts';
import { applications, notBefore, requestsTo, type Request } from './requests.ts';

const ground = ['--legal-ground', 'UU 27/2022 Pasal 8', '--reason', 'atas permintaan pemohon'];
/** What is personal of Budi, wherever it might lie; of Siti, who stays. */
const secrets = ['Budi Rahasiawan', 'budi.rahasia@contoh.id', 'ktp-rahasia.pdf', 'ISI-KTP-RAHASIA'];
const kept = ['Siti Terbuka', 'siti.terbuka@contoh.id'];

let data = '';
let services = '';
let server: Server;
let send: Request;
let budi = '';
let siti = '';

beforeEach(async () => {
  const scratch = scratchFolder();
  data = join(scratch, 'data');
  services = join(scratch, 'services');
  await mkdir(services);
  server = await startServer({ data, services });
  send = requestsTo(server.url);
  await publishJobCardWithEmail('--data', data);
  const person = (sub: string, name: string) => tokenFor(data, { role: 'applicant', sub, name });
  budi = await person('budi', 'Budi Rahasiawan');
  siti = await person('siti', 'Siti Terbuka');
}, patience);
afterEach(cleanUp, patience);

async function submit(token: string, email: string): Promise<string> {
  const form = { education: 'SMP', email };
  const submission = { service: 'disnaker.ak-1', office: 'mpp-jakarta', data: form };
  const { status, body } = await send('POST', applications, { token, body: submission });
  expect(status).toBe(201);
  return body.id as string;
}

const act = async (token: string, id: string, action: string) => {
  const done = await send('POST', `${applications}/${id}/actions`, { token, body: { action } });
  expect(done.status).toBe(200);
  return done;
};

async function attach(token: string, id: string): Promise<string> {
  const answered = await fetch(
    `${server.url}${applications}/${id}/documents?requirement=identity-card&name=ktp-rahasia.pdf`,
    {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/pdf' },
      body: '%PDF-1.4\n% ISI-KTP-RAHASIA\n%%EOF\n',
    },
  );
  expect(answered.status).toBe(200);
  const body = (await answered.json()) as { facts: { documents: { document: string }[] } };
  return body.facts.documents[0]?.document ?? '';
}

/** Which of the words stand in some file below the data folder. */
async function found(words: readonly string[]): Promise<string[]> {
  const files = await readdir(data, { recursive: true, withFileTypes: true });
  const contents = await Promise.all(
    files.filter((one) => one.isFile()).map((one) => readFile(join(one.parentPath, one.name))),
  );
  return words.filter((word) => contents.some((content) => content.includes(word)));
}

/** The log as it is proved: the leaves of the first events. */
async function leaves(count: number): Promise<string[]> {
  const store = new EmbeddedEventStore({ file: join(data, 'events.sqlite') });
  const lines: string[] = [];
  for await (const batch of store.readAll({ limit: count })) lines.push(...batch.map(leafText));
  await store.close();
  return lines;
}

const erase = (...more: string[]) =>
  satuAtap('erase-personal-data', 'budi', ...ground, '--data', data, ...more);

test(
  'what is erased is found nowhere any more, and all else stays as it was',
  { timeout: patience * 2 },
  async () => {
    const first = await submit(budi, 'budi.rahasia@contoh.id');
    const other = await submit(siti, 'siti.terbuka@contoh.id');
    const document = await attach(budi, first);
    const auditor = await tokenFor(data, { role: 'auditor', sub: 'bpk' });

    const refused = await erase();
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`${first}  disnaker.ak-1  preparing`);
    expect(refused.stderr).not.toContain(other);
    const { headers: withdrawn } = await act(budi, first, 'withdraw');
    const at = `${applications}/${first}`;
    const seen = { token: auditor, headers: notBefore(withdrawn) };
    const before = (await send('GET', at, seen)).body;
    expect(before.applicant).toEqual({ id: 'budi', name: 'Budi Rahasiawan' });
    const figures = (await send('GET', '/api/v1/figures?office=mpp-jakarta', seen)).body;
    const proved = await leaves(1000);

    const place = '/api/v1/applicants/budi/erasure';
    const order = { legalGround: 'UU 27/2022 Pasal 8', reason: 'atas permintaan pemohon' };
    expect((await send('POST', place, { token: auditor, body: order })).status).toBe(403);
    const role = 'data-protection-officer';
    const token = await tokenFor(data, { role, sub: 'ppdp' });
    const erased = await send('POST', place, { token, body: order });
    expect(erased).toMatchObject({
      status: 200,
      body: { applications: [first], keys: 1, documents: 1, repeated: false, inTheClear: [] },
    });

    // A deadline, not a wait: the read models follow within moments.
    await expect
      .poll(async () => (await send('GET', at, { token: auditor })).body.applicant, {
        timeout: 20_000,
      })
      .toEqual({ id: 'budi' });
    const after = (await send('GET', at, { token: auditor })).body;
    expect(after.facts.erased).toEqual(
      expect.arrayContaining(['applicant.name', 'data.email', `documents.${document}.name`]),
    );
    expect(after.facts.steps).toEqual(before.facts.steps);
    expect({ ...after, applicant: 0, facts: 0 }).toEqual({ ...before, applicant: 0, facts: 0 });
    expect((await send('GET', '/api/v1/figures?office=mpp-jakarta', seen)).body).toEqual(figures);
    const gone = await send('GET', `${at}/documents/${document}`, { token: auditor });
    expect(gone).toMatchObject({ status: 410, body: { type: '/problems/document-erased' } });
    const { items } = (await send('GET', `${at}/history`, { token: auditor })).body;
    expect(items[0].data.erased).toEqual(expect.arrayContaining(['applicant.name', 'data.email']));

    await expect.poll(() => found(secrets), { timeout: 20_000 }).toEqual([]);
    expect(await found(kept)).toEqual(kept);
    expect(server.stdout()).not.toContain('Rahasiawan');
    expect(await server.stop()).toBe(0);
    expect(await found(secrets)).toEqual([]);
    expect(await leaves(proved.length)).toEqual(proved);

    const again = await erase();
    expect(again.stdout).toMatch(/^erased already, at \S+: 1 applications, 1 keys, 1 documents\n$/);
    server = await startServer({ data, services });
    send = requestsTo(server.url);
    expect((await send('GET', at, { token: auditor })).body.applicant).toEqual({ id: 'budi' });
    const later = await submit(budi, 'budi.rahasia@contoh.id');
    const read = () => send('GET', `${applications}/${later}`, { token: budi });
    await expect
      .poll(async () => (await read()).body.applicant, { timeout: 20_000 })
      .toEqual({ id: 'budi', name: 'Budi Rahasiawan' });
    expect(await found(secrets)).toEqual(['Budi Rahasiawan', 'budi.rahasia@contoh.id']);
    await act(budi, later, 'withdraw');
    // Another process erases beside the server, whose memory and read models follow.
    const third = await erase();
    expect(third.stdout).toContain('2 applications, 2 keys, 1 documents');
    await expect.poll(() => found(secrets), { timeout: 20_000 }).toEqual([]);

    // What was erased is no finding, in the log, in its signed copy, or in the read models.
    expect(await server.stop()).toBe(0);
    const { code, stdout } = await satuAtap('verify', '--json', '--data', data);
    const [{ summary }] = stdout.split('\n').map((line) => JSON.parse(line || '{}')) as [
      { summary: Record<string, unknown> },
    ];
    expect({ code, summary }).toMatchObject({
      code: 0,
      summary: {
        findings: 0,
        readModels: { outcome: 'compared', differences: 0 },
        integrity: { differences: 0 },
      },
    });
  },
);

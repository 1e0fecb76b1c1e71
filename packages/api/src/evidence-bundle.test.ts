import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatVkey } from '@satu-atap/domain';
import {
  CalendarCatalogue,
  evidenceStream,
  newPrivateKey,
  noteSigner,
  privateKeyFrom,
  readStream,
  signCheckpoints,
} from '@satu-atap/event-store';
import { verifyBundle } from '@satu-atap/evidence';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { officeWeek, openMall, type Mall, type Person } from './testing/mall.ts';
import { people, submit } from './testing/people.ts';

const signer = noteSigner('mpp.example/log', privateKeyFrom(newPrivateKey()));
const folder = mkdtempSync(join(tmpdir(), 'satu-atap-evidence-'));
let mall: Mall;
let id = '';
beforeAll(async () => {
  mall = await openMall();
  const clerk = { id: 'publisher', roles: ['system'] };
  const calendars = new CalendarCatalogue(mall.store);
  await calendars.publish(officeWeek, clerk, Temporal.Now.instant());
  id = ((await submit(mall)).body as { id: string }).id;
});
afterAll(async () => {
  await mall.close();
  rmSync(folder, { recursive: true });
});

const sign = () => signCheckpoints(mall.store.raw, { signer, now: () => Temporal.Now.instant() });
const accesses = async () =>
  (await readStream(mall.store, evidenceStream)).map(({ data }) => data['act']);
const ask = (as: Person, application = id) =>
  mall.send('GET', `/api/v1/applications/${application}/evidence`, { as });

it('is refused while no checkpoint covers the application, with the reason', async () => {
  expect((await ask(people.auditor)).body).toMatchObject({
    type: '/problems/checkpoint-not-found',
  });
  await sign();
  const later = ((await submit(mall)).body as { id: string }).id;
  expect((await ask(people.auditor, later)).body).toMatchObject({
    type: '/problems/event-not-covered',
  });
  expect(await accesses()).not.toContain('bundled');
});

it('is given to an auditor, holds by itself, and that it was given is recorded', async () => {
  await sign();
  const token = await mall.issuer.token({ ...people.auditor, expiresIn: 600 });
  const answer = await fetch(`${mall.url}/api/v1/applications/${id}/evidence`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/zip']);
  const file = join(folder, 'evidence.zip');
  writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
  const words = ({ type }: { type: string }) => ({ id: type, en: type });
  const report = await verifyBundle(file, [formatVkey(signer.key)], words);
  expect(report).toMatchObject({ sound: true, findings: [], manifest: { createdBy: 'auditor-1' } });
  expect((await accesses()).filter((act) => act === 'bundled')).toHaveLength(1);
});

it('is for auditors of the office alone', async () => {
  for (const person of [people.applicant, people.counter, people.supervisor]) {
    expect((await ask(person)).body).toMatchObject({ type: '/problems/role-required' });
  }
  const elsewhere = { ...people.auditor, sub: 'auditor-2', office: 'south' };
  expect((await ask(elsewhere)).body).toMatchObject({ type: '/problems/other-office' });
  const nobodys = '0190a8e4-6b1a-4c3e-9f00-000000000009';
  expect((await ask(people.auditor, nobodys)).status).toBe(404);
});

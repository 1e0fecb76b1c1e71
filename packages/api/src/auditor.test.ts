import { applicationCommands, decide, isRefused, type ApplicationCommand } from '@satu-atap/domain';
import {
  samplePermit,
  compiled,
  office,
  people as sample,
  sampleOffices,
  given,
} from '@satu-atap/domain/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { routes } from './routes/routes.ts';
import { openMall, type Mall } from './testing/mall.ts';
import { atReception, people } from './testing/people.ts';

let mall: Mall;
let id = '';
beforeAll(async () => {
  mall = await openMall();
  id = await atReception(mall);
});
afterAll(() => mall.close());

/** Bodies that each route takes: what refuses then is who asks. */
const text = { id: 'Alasan', en: 'Reason' };
const bodies: Record<string, unknown> = {
  '/api/v1/applications': {
    service: 'licensing.kiosk-permit',
    office: 'north',
    data: { businessName: 'Kios', floorArea: 12 },
  },
  '/api/v1/applications/{id}/actions': { action: 'return', comment: 'No.' },
  '/api/v1/applications/{id}/notes': { text: 'Seen.' },
  '/api/v1/services/{id}/retirement': { from: '2027-01-01', reason: text, legalBasis: 'Perda 1' },
};
const writes = routes.filter(({ method }) => method !== 'get');

test('there are routes that write', () => {
  expect(writes.length).toBeGreaterThan(10);
});

test.each(writes.map((one) => [one.method.toUpperCase(), one.path] as const))(
  'an auditor changes nothing by %s %s',
  async (method, path) => {
    const before = await stored();
    const place = path
      .replace('/applications/{id}', `/applications/${id}`)
      .replace('/services/{id}', '/services/licensing.kiosk-permit')
      .replace('{version}', '1')
      .replaceAll(/\{\w+\}/g, '0195b1f0-0000-7000-8000-000000000000');
    const isUpload = path.endsWith('/documents');
    const query = isUpload ? '?requirement=identity-card&name=ktp.pdf' : '';
    const sent = await mall.send(method, place + query, {
      as: people.auditor,
      ...(isUpload
        ? { body: new Uint8Array([37, 80, 68, 70]), headers: { 'Content-Type': 'application/pdf' } }
        : { body: bodies[path] ?? {} }),
    });
    expect(sent.status).toBeGreaterThanOrEqual(400);
    expect(sent.status).toBeLessThan(500);
    expect(await stored()).toEqual(before);
  },
);

/** Ids of all events but the records of who looked. */
async function stored(): Promise<string[]> {
  const ids: string[] = [];
  for await (const batch of mall.store.readAll()) {
    for (const event of batch) if (event.stream !== 'evidence-accesses') ids.push(event.id);
  }
  return ids;
}

test('every command refuses an auditor, also as a role that a definition might name', async () => {
  const service = compiled(samplePermit);
  const calendars = sampleOffices.get(office)?.calendars;
  if (!calendars) throw new Error('the sample office has calendars');
  const actor = { id: 'auditor-1', roles: ['auditor'], office };
  const now = Temporal.Instant.from('2026-03-02T02:00:00Z');
  const setting = { service, calendars, actor: sample.applicant, at: now.toString() };
  const { application } = given(setting, {
    type: 'ApplicationSubmitted',
    data: {
      office,
      service: { id: service.id, version: 1, digest: service.digest },
      applicant: { id: sample.applicant.id, name: 'Pemohon' },
      channel: 'online',
      data: { address: 'Jalan Merdeka 1', floorArea: 90 },
      state: 'preparing',
    },
  });
  const some = '6f1c31de-8f0a-5f8d-9d3c-0a4c1f1e7a01';
  const data: { [Type in ApplicationCommand['type']]: unknown } = {
    submit: {
      service: service.id,
      office,
      applicant: { id: actor.id, name: 'Auditor' },
      channel: 'online',
      data: { address: 'Jalan Merdeka 1', floorArea: 90 },
    },
    'take-step': { action: 'send' },
    'attach-document': {
      document: some,
      requirement: 'site-plan',
      name: 'a.pdf',
      mediaType: 'application/pdf',
      bytes: 1,
      sha256: '0'.repeat(64),
    },
    'verify-document': { document: some },
    'reject-document': { document: some, reason: 'No.' },
    'assess-fee': { amount: 1 },
    'receive-payment': { amount: 1, reference: 'x' },
    assign: { state: 'preparing', officer: actor.id },
    release: { state: 'preparing' },
    'add-note': { text: 'Seen.' },
    'mark-clock': { clock: 'service', mark: 'breached' },
    'act-on-clock': { clock: 'service' },
    'park-clock': { clock: 'service', mark: 'breached', reason: 'x' },
    migrate: { to: 2, mapping: {}, orderedBy: actor.id },
  };
  expect(Object.keys(data).toSorted()).toEqual(Object.keys(applicationCommands).toSorted());
  for (const [type, asked] of Object.entries(data)) {
    const command = { type, data: asked } as ApplicationCommand;
    const of = type === 'submit' ? undefined : application;
    const decision = decide(of, command, { service, calendars, actor, now });
    expect(isRefused(decision), type).toBe(true);
  }
});

import { evidenceStream, readStream } from '@satu-atap/event-store';
import { simulatedHistory } from '@satu-atap/event-store/testing';
import { compileService, definitionDigest } from '@satu-atap/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMall, twoOffices, type Mall } from './testing/mall.ts';
import { people } from './testing/people.ts';
import { kioskPermit } from './testing/service.ts';

const offices = twoOffices();
const service = compileService(kioskPermit, {
  version: 1,
  digest: definitionDigest(kioskPermit),
});

let mall: Mall;
beforeAll(async () => {
  mall = await openMall({ offices });
  for (const [seed, office] of ['north', 'south', 'north'].entries()) {
    const calendars = offices.get(office)?.calendars;
    if (!calendars) throw new Error('no calendars');
    const { stream, events } = simulatedHistory(service, calendars, office, seed, 5);
    await mall.store.append(stream, events, 'no-stream');
  }
});
afterAll(() => mall.close());

const path = '/api/v1/exports';
const { auditor } = people;

describe('an auditor', () => {
  it.each([
    ['xes', 'application/xml', 'satu-atap.xes', '<?xml version="1.0" encoding="UTF-8"?>'],
    ['ocel-json', 'application/json; charset=utf-8', 'satu-atap.jsonocel', '{"events":['],
    ['ocel-sqlite', 'application/vnd.sqlite3', 'satu-atap.sqlite', 'SQLite format 3'],
    ['csv', 'text/csv; charset=utf-8', 'satu-atap.csv', 'case:concept:name,concept:name,'],
  ])('is given a log as %s, and that is recorded', async (format, type, file, beginning) => {
    const { status, headers, text } = await mall.send('GET', `${path}/${format}`, { as: auditor });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe(type);
    expect(headers.get('content-disposition')).toBe(`attachment; filename="${file}"`);
    expect(text.startsWith(beginning)).toBe(true);
    const [record] = await lastAccess();
    expect(record?.data).toEqual({ act: 'exported', format, selection: {} });
    expect(record?.metadata).toMatchObject({ actor: { id: auditor.sub } });
  });

  it('is given what is asked for, and the record says what that was', async () => {
    const asked = `${path}/xes?office=south&log=none&pseudonymise=true`;
    const { status, text } = await mall.send('GET', asked, { as: auditor });
    expect(status).toBe(200);
    expect(text.match(/<trace>/g)).toHaveLength(1);
    expect(text).not.toContain('applicant-1');
    const [record] = await lastAccess();
    expect(record?.data['selection']).toEqual({
      office: 'south',
      log: 'none',
      pseudonymise: 'true',
    });
  });

  it('of one office is given that one, and no other', async () => {
    const ofSouth = { ...auditor, office: 'south' };
    const { text } = await mall.send('GET', `${path}/xes`, { as: ofSouth });
    expect(text.match(/<trace>/g)).toHaveLength(1);
    const other = await mall.send('GET', `${path}/xes?office=north`, { as: ofSouth });
    expect(other).toMatchObject({
      status: 403,
      body: { type: expect.stringContaining('other-office') },
    });
  });

  it('learns from HEAD what it would be, and nothing is recorded', async () => {
    const before = await lastAccess();
    const { status, headers, text } = await mall.send('HEAD', `${path}/csv`, { as: auditor });
    expect([status, headers.get('content-type'), text]).toEqual([
      200,
      'text/csv; charset=utf-8',
      '',
    ]);
    expect(await lastAccess()).toEqual(before);
  });
});

describe('a request', () => {
  it.each([
    ['/docx', 'format'],
    ['/xes?submittedFrom=2026-02-30', 'submittedFrom'],
    ['/xes?submittedFrom=2026-03-02&submittedTo=2026-03-01', 'submittedTo'],
    ['/xes?applications=x', 'applications'],
    ['/xes?log=x', 'log'],
    ['/xes?log=0e9be1bb-5a0f-4a4e-8a54-3d1f6d2b7c55', 'log'],
    ['/xes?office=atlantis', 'office'],
    ['/xes?service=trade.nothing', 'service'],
    ['/xes?from=2026-03-01', 'from'],
  ])('%s is refused, and says what is wrong with %s', async (asked, field) => {
    const before = await lastAccess();
    const { status, body } = await mall.send('GET', path + asked, { as: auditor });
    expect(status).toBe(400);
    expect(body.issues[0].field).toContain(field);
    expect(await lastAccess()).toEqual(before);
  });

  it.each([
    ['an applicant', people.applicant],
    ['a supervisor', people.supervisor],
  ])('of %s is refused', async (_, as) => {
    const { status } = await mall.send('GET', `${path}/xes`, { as });
    expect(status).toBe(403);
  });
});

it('that cannot go on breaks the connection off: nobody takes a part for the whole', async () => {
  const broken = await openMall({ offices });
  const calendars = offices.get('north')?.calendars;
  if (!calendars) throw new Error('no calendars');
  const { stream, events } = simulatedHistory(service, calendars, 'north', 1, 40);
  for (let number = 0; number < 40; number++) {
    const name = `application-${crypto.randomUUID()}`;
    const renamed = events.map((event) => ({ ...event, id: crypto.randomUUID() }));
    await broken.store.append(name, renamed, 'no-stream');
  }
  const unreadable = { ...events[0], id: crypto.randomUUID(), type: 'Nonsense' };
  await broken.store.append(stream, [unreadable as never], 'no-stream');
  const asked = broken.send('GET', `${path}/xes`, { as: auditor });
  await expect(asked).rejects.toThrow('terminated');
  await broken.close();
});

async function lastAccess() {
  return readStream(mall.store, evidenceStream, { direction: 'backwards', limit: 1 });
}

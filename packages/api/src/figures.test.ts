import { compileService, definitionDigest, serviceDefinition } from '@satu-atap/domain';
import { simulatedHistory } from '@satu-atap/event-store/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { z } from 'zod';
import { flat } from './http/csv.ts';
import { aged } from './routes/figures/ageing.ts';
import { openMall, twoOffices, type Mall, type Person } from './testing/mall.ts';
import { act, atReception, people } from './testing/people.ts';
import { kioskPermit } from './testing/service.ts';
import type { fileFigures } from './views/figure-schemas.ts';

/** The kiosk permit with a standard for one step, so that there is one to keep. */
const { workflow } = kioskPermit;
const permit = serviceDefinition.parse({
  ...kioskPermit,
  workflow: {
    ...workflow,
    states: {
      ...workflow.states,
      inspection: {
        ...workflow.states['inspection'],
        standard: { amount: 4, unit: 'working-hours' },
      },
    },
  },
});
const service = compileService(permit, { version: 1, digest: definitionDigest(permit) });
const offices = twoOffices();
const period = 'from=2026-01-01&to=2026-03-31';
const { auditor, supervisor } = people;

type FileFigures = z.infer<typeof fileFigures>;

let mall: Mall;
beforeAll(async () => {
  mall = await openMall({ offices, services: [permit] });
  for (let seed = 0; seed < 48; seed++) {
    const office = seed % 3 === 0 ? 'south' : 'north';
    const calendars = offices.get(office)?.calendars;
    if (!calendars) throw new Error('no calendars');
    const { stream, events } = simulatedHistory(service, calendars, office, seed, 6 + seed);
    await mall.store.append(stream, events, 'no-stream');
  }
  const head = await mall.store.head();
  await vi.waitUntil(() => mall.projector.status.position >= head);
});
afterAll(() => mall.close());

const get = async (path: string, as: Person = auditor) => {
  const { status, body } = await mall.send('GET', `/api/v1/figures${path}`, { as });
  expect(status).toBe(200);
  return body;
};

/** How many applications a list has. */
async function listed(address: string, as: Person): Promise<number> {
  const { status, body } = await mall.send('GET', `${address}&limit=200`, { as });
  expect([address, status]).toEqual([address, 200]);
  return (body.items as unknown[]).length;
}

describe('figures', () => {
  it.each(['', 'by=office', 'by=unit', 'by=service,channel', 'by=office,unit,service,channel'])(
    'are the numbers of the applications behind them (%s)',
    async (by) => {
      for (const narrowed of ['', '&office=north', '&unit=licensing', '&unit=public-works']) {
        const { items } = await get(`?${period}&${by}${narrowed}`);
        expect(items.length).toBeGreaterThan(0);
        for (const { now, period: ended, applications } of items) {
          for (const [figure, address] of Object.entries(applications as Record<string, string>)) {
            expect([address, { ...now, ...ended }[figure]]).toEqual([
              address,
              await listed(address, auditor),
            ]);
          }
        }
      }
    },
  );

  it('add up to every application, whatever they are told by', async () => {
    const totals = async (by: string) => {
      const items = (await get(`?${period}${by}`)).items as FileFigures[];
      const sum = (pick: (item: FileFigures) => number) =>
        items.reduce((all, item) => all + pick(item), 0);
      return {
        open: sum(({ now }) => now.open),
        received: sum(({ period: { received } }) => received),
        finished: sum(({ period: { finished } }) => finished),
        working: sum(({ period: { times } }) => times.working?.count ?? 0),
      };
    };
    const all = await totals('');
    expect(all.received).toBe(48);
    expect(all.open + all.finished).toBe(48);
    expect(all.open).toBeGreaterThan(3);
    expect(all.finished).toBeGreaterThan(10);
    expect(await totals('&by=office')).toEqual(all);
    expect(await totals('&by=service,channel')).toEqual(all);
  });
});

describe('figures of steps and officers', () => {
  it.each([
    ['/steps?', 'step'],
    ['/steps?by=unit&', 'unit'],
    ['/steps?by=office&', 'office'],
    ['/officers?', 'officer'],
  ])('lead to the applications behind them (%s)', async (path, name) => {
    const { items } = await get(`${path}${period}`);
    expect(items.length).toBeGreaterThan(1);
    for (const { now, period: ended, applications, ...place } of items) {
      expect(place).toHaveProperty(name);
      for (const [figure, address] of Object.entries(applications as Record<string, string>)) {
        const files = await listed(address, auditor);
        const told: number = { ...now, ...ended }[figure];
        // A file that came back has left a step more than once.
        const isOfVisits = ['visits', 'kept', 'missed'].includes(figure);
        expect([address, files]).toEqual([address, isOfVisits ? Math.min(files, told) : told]);
        expect(files > 0).toBe(told > 0);
      }
    }
  });

  it('tell which step takes most of the promise, and which standards were kept', async () => {
    const { items } = await get(`/steps?${period}`);
    const inspection = items.find(({ step }: { step: string }) => step === 'inspection');
    const { visits, kept, missed, promiseUsed, times } = inspection.period;
    expect(kept + missed).toBe(visits);
    expect(promiseUsed).toBeGreaterThan(0);
    expect(times.working.p50).toBeLessThanOrEqual(times.working.p95);
    const preparing = items.find(({ step }: { step: string }) => step === 'preparing');
    expect(preparing.period.promiseUsed).toBe(0);
  });

  it('tell of officers alone, and of no applicant', async () => {
    const questions = ['?', '/steps?', '/officers?', '/trend?'].map((path) => path + period);
    for (const path of [...questions, '/ageing']) {
      const { text } = await mall.send('GET', `/api/v1/figures${path}`, { as: auditor });
      expect(text).not.toMatch(/applicant-\d|Pemohon/);
    }
  });
});

describe('the workload of an officer', () => {
  it('is what they hold now, then the step that they took and how long it had waited', async () => {
    const id = await atReception(mall);
    const counter = async () => {
      const { items } = await get('/officers?officer=counter-1', supervisor);
      return items as { now: { open: number }; period: { visits: number; times: object } }[];
    };
    expect(await counter()).toEqual([]);
    const taken = await mall.send('PUT', `/api/v1/applications/${id}/assignments/reception`, {
      as: people.counter,
      body: { officer: 'counter-1' },
    });
    expect(taken.status).toBe(200);
    expect(await counter()).toMatchObject([{ now: { open: 1 }, period: { visits: 0 } }]);
    await act(mall, id, people.counter, 'accept');
    expect(await counter()).toMatchObject([
      {
        now: { open: 0 },
        period: { visits: 1, times: { working: { count: 1 }, waiting: { count: 1 } } },
      },
    ]);
  });
});

describe('the trend', () => {
  it.each(['day', 'week', 'month'])('is the whole, %s by %s', async (interval) => {
    const { items } = await get(`/trend?${period}&interval=${interval}`);
    const [whole] = (await get(`?${period}`)).items;
    let finished = 0;
    let end = '2025-12-31';
    for (const { from, to, period: one, applications } of items) {
      expect(from).toBe(Temporal.PlainDate.from(end).add({ days: 1 }).toString());
      end = to;
      finished += one.finished;
      expect(one.finished).toBe(await listed(applications.finished, auditor));
    }
    expect([end, finished]).toEqual(['2026-03-31', whole.period.finished]);
  });
});

describe('ageing', () => {
  it('has every open application in one group', async () => {
    const { items } = await get('/ageing');
    const [{ now }] = (await get(`?${period}`)).items;
    const sum = items.reduce(
      (all: number, { applications }: { applications: number }) => all + applications,
      0,
    );
    expect(sum).toBe(now.open);
    expect(items.at(-1).applications).toBe(now.paused + now.notStarted);
  });

  it('counts working days that have closed since the day of receipt', () => {
    const rows = (...began: string[]) =>
      began.map((beganOn) => ({ office: 'north', unit: 'licensing', beganOn, applications: 1 }));
    // Received on a Thursday; the office works 8 to 16 from Monday to Friday.
    const at = (local: string) =>
      Temporal.PlainDateTime.from(local).toZonedDateTime('Asia/Jakarta').epochMilliseconds;
    const used = (local: string) =>
      aged(rows('2026-03-05'), offices, at(local)).find(({ applications }) => applications === 1);
    expect(used('2026-03-05T17:00')).toMatchObject({ from: 0, to: 0 });
    expect(used('2026-03-06T15:59')).toMatchObject({ from: 0, to: 0 });
    expect(used('2026-03-08T12:00')).toMatchObject({ from: 1, to: 1 });
    expect(used('2026-03-12T16:00')).toMatchObject({ from: 4, to: 5 });
    expect(used('2027-03-12T16:00')).toMatchObject({ from: 61 });
  });
});

describe('who reads figures', () => {
  const paths = ['', '/trend', '/ageing', '/steps', '/officers'];

  it('is a supervisor, of their own office alone', async () => {
    const [{ now }] = (await get(`?${period}`, supervisor)).items;
    const [{ now: north }] = (await get(`?${period}&office=north`)).items;
    expect(now).toEqual(north);
    const { items } = await get(`?${period}&by=office`, supervisor);
    expect(items.map(({ office }: { office: string }) => office)).toEqual(['north']);
    for (const path of paths) {
      const refused = await mall.send('GET', `/api/v1/figures${path}?office=south`, {
        as: supervisor,
      });
      expect([refused.status, refused.body.type]).toEqual([403, '/problems/other-office']);
    }
  });

  it('is no officer, and no applicant', async () => {
    for (const as of [people.counter, people.head, people.applicant]) {
      for (const path of paths) {
        const refused = await mall.send('GET', `/api/v1/figures${path}`, { as });
        expect([refused.status, refused.body.type]).toEqual([403, '/problems/role-required']);
      }
    }
  });

  it('asks for a period that has a beginning and an end, by what there is', async () => {
    for (const query of [
      'from=2026-03-02&to=2026-03-01',
      'from=1900-01-01&to=2026-01-01',
      'from=2026-02-30',
      'by=applicant',
      'by=office,,unit',
      'colour=red',
    ]) {
      const refused = await mall.send('GET', `/api/v1/figures?${query}`, { as: auditor });
      expect([query, refused.status]).toEqual([query, 400]);
    }
  });
});

describe('figures as a table', () => {
  it.each([
    [`?by=service&${period}`, 'now.open'],
    [`/trend?${period}`, 'period.finished'],
    [`/steps?${period}`, 'period.visits'],
    [`/officers?${period}`, 'now.open'],
    ['/ageing?', 'applications'],
  ])('say in CSV what they say in JSON (%s)', async (path, column) => {
    const { text, headers } = await mall.send('GET', `/api/v1/figures${path}`, {
      as: auditor,
      headers: { Accept: 'text/csv' },
    });
    expect(headers.get('content-type')).toMatch(/^text\/csv; charset=utf-8/);
    expect(headers.get('vary')).toContain('Accept');
    const [head = '', ...lines] = text.trimEnd().split('\r\n');
    const index = head.split(',').indexOf(column);
    const { items } = await get(path);
    const told = (items as object[]).map((item) => flat(item)[column]);
    expect(lines.map((line) => Number(line.split(',')[index]))).toEqual(told);
  });

  it('are refused to those who take neither', async () => {
    const { status } = await mall.send('GET', '/api/v1/figures', {
      as: auditor,
      headers: { Accept: 'text/html' },
    });
    expect(status).toBe(406);
  });
});

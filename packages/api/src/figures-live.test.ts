import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openMall, type Mall, type Person } from './testing/mall.ts';
import { act, attach, people, submit } from './testing/people.ts';

type Told = { id: string; data: { position: string; now: { open: number } } };

let mall: Mall;
let stopping: AbortController;
beforeEach(async () => {
  stopping = new AbortController();
  mall = await openMall({ stopping: stopping.signal });
});
afterEach(() => mall.close());

/** Listens until the stream ends; what it was told is there as it comes. */
async function listen(as: Person, { query = '', lastEventId = '', expiresIn = 600 } = {}) {
  const token = await mall.issuer.token({ ...as, expiresIn });
  const giveUp = new AbortController();
  const response = await fetch(`${mall.url}/api/v1/figures/live${query}`, {
    headers: {
      Authorization: `Bearer ${token}`,
      Accept: 'text/event-stream',
      ...(lastEventId === '' ? {} : { 'Last-Event-ID': lastEventId }),
    },
    signal: giveUp.signal,
  });
  const told: Told[] = [];
  const ended = (async () => {
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += new TextDecoder().decode(chunk);
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const found = /^id: (.*)\nevent: figures\ndata: (.*)$/.exec(text.slice(0, end));
        if (found)
          told.push({ id: found[1] ?? '', data: JSON.parse(found[2] ?? '') as Told['data'] });
        text = text.slice(end + 2);
      }
    }
  })();
  ended.catch(() => undefined);
  return { response, told, ended, leave: () => giveUp.abort() };
}

const open = ({ told }: { told: Told[] }) => told.at(-1)?.data.now.open;

describe('whoever follows figures', () => {
  it('is told where they stand, and whenever they change', async () => {
    const { response, told, leave } = await listen(people.supervisor);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    await vi.waitFor(() => expect(told.length).toBe(1));
    expect(open({ told })).toBe(0);
    const { id } = (await submit(mall)).body;
    await vi.waitFor(() => expect(open({ told })).toBe(1), { timeout: 5000 });
    // Of papers no figure tells.
    const before = told.length;
    await attach(mall, id);
    await act(mall, id, people.applicant, 'withdraw');
    await vi.waitFor(() => expect(open({ told })).toBe(0), { timeout: 5000 });
    expect(told.length).toBe(before + 1);
    leave();
  });

  it('is told at once what came while they were away, and nothing that they know', async () => {
    const first = await listen(people.supervisor);
    await vi.waitFor(() => expect(first.told.length).toBe(1));
    const lastEventId = first.told[0]?.id ?? '';
    first.leave();
    const same = await listen(people.supervisor, { lastEventId });
    await submit(mall);
    await vi.waitFor(() => expect(same.told.length).toBe(1), { timeout: 5000 });
    expect(open(same)).toBe(1);
    same.leave();
    const later = await listen(people.supervisor, { lastEventId });
    await vi.waitFor(() => expect(open(later)).toBe(1));
    later.leave();
  });

  it('hears nothing of another office', async () => {
    const south = { ...people.supervisor, office: 'south' };
    const there = await listen(south);
    const all = await listen(people.auditor);
    await vi.waitFor(() => expect([there.told.length, all.told.length]).toEqual([1, 1]));
    await submit(mall);
    await vi.waitFor(() => expect(open(all)).toBe(1), { timeout: 5000 });
    expect(there.told.length).toBe(1);
    there.leave();
    all.leave();
  });

  it('is let go when the engine stops, and when the token ends', async () => {
    const short = await listen(people.supervisor, { expiresIn: 2 });
    const long = await listen(people.supervisor);
    await short.ended;
    expect(long.told.length).toBe(1);
    stopping.abort();
    await long.ended;
  });

  it('is a supervisor or an auditor, of their own office', async () => {
    const statuses = await Promise.all([
      listen(people.counter),
      listen(people.applicant),
      listen(people.supervisor, { query: '?office=south' }),
      listen(people.supervisor, { lastEventId: 'yesterday' }),
    ]);
    expect(statuses.map(({ response }) => response.status)).toEqual([403, 403, 403, 400]);
  });
});

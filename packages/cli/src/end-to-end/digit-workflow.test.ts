import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cleanUp, patience, type Claims } from './processes.ts';
import { applications, notBefore } from './requests.ts';
import {
  digitIsThere,
  openTradeLicence,
  people,
  service,
  wayToTheEnd,
  digitFile,
  type Person,
  type TradeLicence,
} from './trade-licence.ts';

test.skipIf(digitIsThere)(
  `needs a DIGIT workflow, looked for in ${digitFile}: SATU_ATAP_SHARED names another place`,
  () => {},
);

describe.skipIf(!digitIsThere)('a DIGIT workflow, published beside a running server', () => {
  let mall: TradeLicence;
  beforeAll(async () => {
    mall = await openTradeLicence();
  }, patience);
  afterAll(cleanUp, patience);

  /**
   * The states in which an application waits for somebody, once the read models hold a write: for
   * officers those on their worklist; applicants have none and look at their application.
   */
  async function waitingFor(person: Person, id: string, written: Headers): Promise<string[]> {
    const isApplicant = person === 'applicant';
    const path = isApplicant ? `${applications}/${id}` : '/api/v1/worklist';
    const { body } = await mall.as(person, 'GET', path, { headers: notBefore(written) });
    if (isApplicant) return body.actions.length > 0 ? body.states : [];
    const items = body.items as { application: { id: string }; state: string }[];
    return items.filter(({ application }) => application.id === id).map(({ state }) => state);
  }

  test('is imported, passes the check, and is on offer without a restart', async () => {
    const { commands } = mall;
    expect(commands.import).toMatchObject({ code: 0, stderr: '' });
    expect(commands.import.stdout).toContain(`${service}: written to `);
    expect(commands.check).toMatchObject({ code: 0, stdout: '1 definition, no problems\n' });
    expect(commands.publish).toMatchObject({ code: 0, stderr: '' });
    expect(commands.publish.stdout).toMatch(/^tl-services\.new-tl {2}version 1 {2}.* {2}new$/m);

    const offered = async () => (await mall.as('applicant', 'GET', '/api/v1/services')).body.items;
    await expect
      .poll(offered, { timeout: patience / 2 })
      .toMatchObject([{ id: service, version: 1, unit: 'tl-services' }]);
  });

  test(
    'goes from its start to its end by way of the worklists',
    { timeout: patience },
    async () => {
      const submitted = await mall.submit();
      expect(submitted).toMatchObject({ status: 201, body: { states: ['initiated'] } });
      const { id } = submitted.body as { id: string };
      const path = `${applications}/${id}`;
      expect(submitted.headers.get('location')).toBe(path);

      let written = submitted.headers;
      const etags = [written.get('etag')];
      for (const step of wayToTheEnd) {
        const { by, action, from, to } = step;
        // Applicants have no worklist: they look at their application.
        expect(await waitingFor(by, id, written)).toEqual([from]);
        const seen = await mall.as(by, 'GET', path, { headers: notBefore(written) });
        expect(seen.body.actions).toContainEqual(expect.objectContaining({ action }));

        const headers = { 'If-Match': seen.headers.get('etag') ?? '' };
        const taken = await mall.take(id, step, { headers });
        expect(taken).toMatchObject({ status: 200, body: { states: [to] } });
        written = taken.headers;
        etags.push(written.get('etag'));
        expect(await waitingFor(by, id, written)).toEqual([]);
      }
      expect(etags).toEqual(['"0"', '"1"', '"2"', '"3"', '"4"', '"5"', '"6"']);

      const ended = await mall.as('applicant', 'GET', path, { headers: notBefore(written) });
      expect(ended.body).toMatchObject({ ended: { outcome: 'cancelled' }, actions: [] });
      const headers = { 'If-None-Match': ended.headers.get('etag') ?? '' };
      const unchanged = await mall.as('applicant', 'GET', path, { headers });
      expect(unchanged).toMatchObject({ status: 304, body: '' });
    },
  );

  test('tells who did what, when, from where to where', { timeout: patience }, async () => {
    const begin = Temporal.Now.instant();
    const { body, headers } = await mall.applicationAt('approved');
    const { items } = (
      await mall.as('applicant', 'GET', `${applications}/${body.id}/history`, {
        headers: notBefore(headers),
      })
    ).body;
    const end = Temporal.Now.instant();

    const who = ({ sub, role, unit }: Claims) => ({
      id: sub,
      roles: [role],
      ...(unit && { unit }),
    });
    const steps = wayToTheEnd.slice(0, -1).map(({ by, action, from, to }) => ({
      type: 'StepTaken',
      actor: who(people[by]),
      action,
      from: [from],
      to: [to],
    }));
    const submission = { type: 'ApplicationSubmitted', actor: who(people.applicant) };
    expect(items).toMatchObject([{ ...submission, to: ['initiated'] }, ...steps]);

    const times = (items as { at: string }[]).map(({ at }) => Temporal.Instant.from(at));
    const inOrder = [begin, ...times, end].toSorted((a, b) => Temporal.Instant.compare(a, b));
    expect([begin, ...times, end].map(String)).toEqual(inOrder.map(String));
  });

  test('records a step once that is sent twice with one Idempotency-Key', async () => {
    const { body } = await mall.applicationAt('applied');
    const { id } = body as { id: string };
    const step = { by: 'verifier', action: 'forward' } as const;
    const sent = { headers: { 'Idempotency-Key': 'teruskan-1' } };
    const first = await mall.take(id, step, sent);
    const again = await mall.take(id, step, sent);
    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(again.headers.get('etag')).toBe('"2"');
    expect(again.headers.get('x-position')).toBe(first.headers.get('x-position'));

    // Had it been recorded twice, the next step would not be revision 3.
    const next = await mall.take(id, { by: 'inspector', action: 'forward' });
    expect(next.headers.get('etag')).toBe('"3"');
  });

  test('offers nothing any more after its end', async () => {
    const { body } = await mall.applicationAt('approved');
    const cancel = { by: 'approver', action: 'cancel' } as const;
    await mall.take(body.id, cancel);
    expect(await mall.take(body.id, cancel)).toMatchObject({
      status: 409,
      body: {
        type: '/problems/application-ended',
        detail: 'This application has ended with: cancelled. Submit a new application if need be.',
      },
    });
  });

  test('leaves no fault in the log, and the server ends when it is asked to', async () => {
    expect(await mall.server.stop()).toBe(0);
    expect(mall.server.stdout()).not.toMatch(/"level":[56]0/);
  });
});

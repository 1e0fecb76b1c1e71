import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMall, type Mall, type Person } from './testing/mall.ts';
import { act, attach, atReception, people, submission, submit } from './testing/people.ts';

let mall: Mall;
beforeAll(async () => {
  mall = await openMall();
});
afterAll(() => mall.close());

describe('an application', () => {
  it('goes from submission to its permit, each officer doing their part', async () => {
    const submitted = await submit(mall);
    expect(submitted.status).toBe(201);
    const { id } = submitted.body;
    expect(submitted.headers.get('location')).toBe(`/api/v1/applications/${id}`);
    expect(submitted.body).toMatchObject({
      states: ['preparing'],
      applicant: { id: 'applicant-1', name: 'Name of applicant-1' },
      facts: { channel: 'online' },
      revision: 0,
    });
    const attached = await attach(mall, id);
    const [{ document }] = attached.body.facts.documents;
    await act(mall, id, people.applicant, 'hand-in');
    await act(mall, id, people.counter, 'accept');
    const verification = `/api/v1/applications/${id}/documents/${document}/verification`;
    await mall.send('POST', verification, { as: people.verifier, body: { result: 'verified' } });
    await act(mall, id, people.verifier, 'verify');
    const fee = { amount: 150_000, basis: 'Perda 3/2024' };
    await mall.send('POST', `/api/v1/applications/${id}/fee`, { as: people.inspector, body: fee });
    await act(mall, id, people.inspector, 'recommend', { data: { floorArea: 14 } });
    const payment = { amount: 150_000, reference: 'SSRD-1' };
    await mall.send('POST', `/api/v1/applications/${id}/payments`, {
      as: people.cashier,
      body: payment,
    });
    const issued = await act(mall, id, people.head, 'approve');

    expect(issued.status).toBe(200);
    expect(issued.body).toMatchObject({
      states: ['issued'],
      ended: { outcome: 'issued' },
      facts: { data: { floorArea: 14 }, fee, payments: [payment] },
      actions: [],
    });
    const read = await mall.send('GET', `/api/v1/applications/${id}`, { as: people.head });
    expect(read.body).toEqual(issued.body);
    const history = await mall.send('GET', `/api/v1/applications/${id}/history?limit=3`, {
      as: people.applicant,
    });
    expect(history.body.items.map(({ type }: { type: string }) => type)).toEqual([
      'ApplicationSubmitted',
      'DocumentAttached',
      'StepTaken',
    ]);
    expect(history.body.next).toBeTypeOf('string');
  });

  it('keeps the notes of officers from its applicant, and not those of the applicant', async () => {
    const id = await atReception(mall);
    for (const [as, text] of [
      [people.counter, 'Periksa ulang alamatnya.'],
      [people.applicant, 'Mohon dibantu.'],
    ] as const) {
      await mall.send('POST', `/api/v1/applications/${id}/notes`, { as, body: { text } });
    }
    const notesFor = async (as: Person) => {
      const { body } = await mall.send('GET', `/api/v1/applications/${id}/history`, { as });
      const items = body.items as { type: string; data: { text?: string } }[];
      return items.filter(({ type }) => type === 'NoteAdded').map(({ data }) => data.text);
    };
    expect(await notesFor(people.counter)).toEqual(['Periksa ulang alamatnya.', 'Mohon dibantu.']);
    expect(await notesFor(people.applicant)).toEqual(['Mohon dibantu.']);
  });

  it('can be submitted at the counter for somebody who came there', async () => {
    const { office: _, ...withoutOffice } = submission;
    const applicant = { id: '3171-0001', name: 'Pak Tamu' };
    const submitted = await mall.send('POST', '/api/v1/applications', {
      as: people.counter,
      body: { ...withoutOffice, applicant },
    });
    expect(submitted.body).toMatchObject({
      office: 'north',
      applicant,
      facts: { channel: 'counter', submittedBy: 'counter-1' },
    });
  });

  it('says what an officer can do, and what is still in the way of it', async () => {
    const id = await atReception(mall);
    const accepted = await act(mall, id, people.counter, 'accept');
    const seen = await mall.send('GET', `/api/v1/applications/${id}`, { as: people.verifier });
    expect(accepted.body.actions).toEqual([]);
    expect(seen.body.actions).toMatchObject([
      {
        action: 'verify',
        refusal: {
          type: 'guard-not-met',
          unmet: { unverified: ['identity-card'] },
          detail: { en: expect.stringContaining('identity-card') as string },
        },
      },
    ]);
  });
});

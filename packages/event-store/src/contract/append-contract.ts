import { expect, it } from 'vitest';
import {
  EventIdConflictError,
  EventStoreUnavailableError,
  readStream,
  start,
  WrongExpectedRevisionError,
  type NewEvent,
} from '../event-store.ts';
import type { OpenStore } from './event-store-contract.ts';
import {
  all,
  givenStream,
  ids,
  idsOf,
  newEvent,
  newEvents,
  newPrefix,
  newStream,
} from './given.ts';

export function appendContract(store: OpenStore): void {
  it('begins a stream at revision 0', async () => {
    const { stream, events, appended } = await givenStream(store(), 2);
    const recorded = await readStream(store(), stream);
    expect(ids(recorded)).toEqual(ids(events));
    expect(recorded.map(({ revision }) => revision)).toEqual([0, 1]);
    expect(appended).toEqual({ revision: 1, position: recorded[1]?.position });
  });

  it('continues a stream from the revision that the caller expects', async () => {
    const { stream, appended } = await givenStream(store(), 2);
    const next = await store().append(stream, newEvents(2), 1);
    expect(next.revision).toBe(3);
    expect(next.position > appended.position).toBe(true);
  });

  it('appends to whatever is there when the caller expects nothing', async () => {
    const stream = newStream();
    expect(await store().append(stream, newEvents(1), 'any')).toMatchObject({ revision: 0 });
    expect(await store().append(stream, newEvents(2), 'any')).toMatchObject({ revision: 2 });
  });

  it('keeps a stream that exists from being begun again, and says where it stands', async () => {
    const { stream, events } = await givenStream(store(), 3);
    const refused = store().append(stream, newEvents(1), 'no-stream');
    await expect(refused).rejects.toThrow(WrongExpectedRevisionError);
    await expect(refused).rejects.toMatchObject({ stream, expected: 'no-stream', actual: 2 });
    expect(await idsOf(store(), stream)).toEqual(ids(events));
  });

  it('refuses an older revision than the stream has', async () => {
    const { stream } = await givenStream(store(), 3);
    const refused = store().append(stream, newEvents(1), 0);
    await expect(refused).rejects.toThrow(WrongExpectedRevisionError);
    await expect(refused).rejects.toMatchObject({ stream, expected: 0, actual: 2 });
  });

  it('refuses a later revision than the stream has', async () => {
    const { stream } = await givenStream(store(), 1);
    const refused = store().append(stream, newEvents(1), 5);
    await expect(refused).rejects.toThrow(WrongExpectedRevisionError);
    await expect(refused).rejects.toMatchObject({ expected: 5, actual: 0 });
  });

  it('refuses a revision of a stream that does not exist', async () => {
    const refused = store().append(newStream(), newEvents(1), 0);
    await expect(refused).rejects.toThrow(WrongExpectedRevisionError);
    await expect(refused).rejects.toMatchObject({ expected: 0, actual: 'no-stream' });
  });

  it('records an append once when it is sent again', async () => {
    const stream = newStream();
    const events = newEvents(3);
    const first = await store().append(stream, events, 'no-stream');
    expect(await store().append(stream, events, 'no-stream')).toEqual(first);
    expect(await idsOf(store(), stream)).toEqual(ids(events));
  });

  it('knows an append again after others have followed it', async () => {
    const { stream } = await givenStream(store(), 2);
    const events = newEvents(2);
    const first = await store().append(stream, events, 1);
    await store().append(stream, newEvents(2), 3);
    expect(await store().append(stream, events, 1)).toEqual(first);
    expect(await idsOf(store(), stream)).toHaveLength(6);
  });

  it('records an append without an expectation once when it is sent again', async () => {
    const { stream } = await givenStream(store(), 1);
    const events = newEvents(2);
    const first = await store().append(stream, events, 'any');
    expect(await store().append(stream, events, 'any')).toEqual(first);
    expect(await idsOf(store(), stream)).toHaveLength(3);
  });

  it('refuses a repetition of which only a part is there', async () => {
    const { stream, events } = await givenStream(store(), 2);
    const altered = [...events.slice(0, 1), newEvent()];
    for (const expected of ['no-stream', 'any'] as const) {
      await expect(store().append(stream, altered, expected)).rejects.toThrow(EventIdConflictError);
    }
    await expect(store().append(stream, [...events, newEvent()], 'no-stream')).rejects.toThrow(
      EventIdConflictError,
    );
    expect(await idsOf(store(), stream)).toEqual(ids(events));
  });

  it('takes the same ids in another stream', async () => {
    const { events } = await givenStream(store(), 2);
    const other = newStream();
    expect(await store().append(other, events, 'no-stream')).toMatchObject({ revision: 1 });
  });

  it('appends none of the events when one of them cannot be stored', async () => {
    const stream = newStream();
    for (const poisoned of unstorable()) {
      await expect(
        store().append(stream, [newEvent(), { ...newEvent(), data: poisoned }], 'no-stream'),
      ).rejects.toThrow(TypeError);
    }
    expect(await idsOf(store(), stream)).toEqual([]);
  });

  it('lets an append that cannot be stored harm no other', async () => {
    const appends = unstorable().flatMap((poisoned) => [
      store().append(newStream(), [newEvent()], 'no-stream'),
      store().append(newStream(), [{ ...newEvent(), data: poisoned }], 'no-stream'),
    ]);
    const outcomes = (await Promise.allSettled(appends)).map(({ status }) => status);
    expect(outcomes).toEqual(unstorable().flatMap(() => ['fulfilled', 'rejected']));
  });

  it('refuses an append of nothing', async () => {
    await expect(store().append(newStream(), [], 'any')).rejects.toThrow(RangeError);
  });

  it('gives content back exactly', async () => {
    const event: NewEvent = {
      ...newEvent(unusualContent),
      type: 'CatatanDitambahkan',
      metadata: unusualContent,
    };
    const stream = newStream();
    await store().append(stream, [event], 'no-stream');
    expect(await readStream(store(), stream)).toMatchObject([event]);
  });

  it('gives a megabyte back exactly', async () => {
    const text = 'perizinan berusaha · '.repeat(50_000).slice(0, 950_000);
    const stream = newStream();
    await store().append(stream, [newEvent({ text })], 'no-stream');
    const [recorded] = await readStream(store(), stream);
    expect(recorded?.data['text'] === text).toBe(true);
  });

  it('says when it took an event', async () => {
    const before = Date.now();
    const { stream } = await givenStream(store(), 1);
    const [recorded] = await readStream(store(), stream);
    expect(recorded?.recordedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    // A server's clock may differ from ours.
    expect(Math.abs(Date.parse(recorded?.recordedAt ?? '') - before)).toBeLessThan(60_000);
  });

  it.each(['with space', 'quo\'te"s', 'a/b?c#d%20', '100%_*', 'izin-ēdar-藥-💊', 'UPPER', 'ends-'])(
    'takes a stream name like «%s»',
    async (odd) => {
      const prefix = newPrefix();
      const events = newEvents(2);
      await store().append(`${prefix}${odd}`, events, 'no-stream');
      await store().append(`${prefix}${odd.toLowerCase()}-other`, newEvents(1), 'no-stream');
      expect(await idsOf(store(), `${prefix}${odd}`)).toEqual(ids(events));
      const found = await all(store(), { streams: [`${prefix}${odd}`] });
      expect(found.filter(({ stream }) => stream === `${prefix}${odd}`)).toHaveLength(2);
    },
  );

  it('refuses everything clearly once it is closed', async () => {
    await store().close();
    const attempts = [
      () => store().append(newStream(), newEvents(1), 'any'),
      () => readStream(store(), newStream()),
      () => all(store(), {}),
      () => store().head(),
      async () => {
        const { signal } = new AbortController();
        for await (const _ of store().subscribe({ after: start, signal }));
      },
    ];
    for (const attempt of attempts) {
      await expect(attempt()).rejects.toThrow(EventStoreUnavailableError);
    }
  });

  it('answers what it was given before it closes', async () => {
    const appending = store().append(newStream(), newEvents(1), 'no-stream');
    await store().close();
    await expect(appending).resolves.toMatchObject({ revision: 0 });
  });
}

/** Content that JSON cannot carry, or would change on the way. */
function unstorable(): NewEvent['data'][] {
  const circular: { [key: string]: unknown } = {};
  circular['itself'] = circular;
  return [
    { amount: 10n },
    circular,
    { missing: undefined },
    { amount: Number.NaN },
    { at: new Date(0) },
    undefined as never,
  ];
}

const unusualContent = {
  empty: '',
  text: 'Izin Édar – «薬局» 💊 \u0000\u001f\u2028\u2029 "quoted" \\ \n\t',
  loneSurrogate: '\ud800',
  decomposed: 'e\u0301',
  'key with $ and . and 💊': true,
  numbers: [0, -1, 0.1, 1e300, 5e-324, Number.MAX_SAFE_INTEGER],
  nested: { list: [[], {}, [null, false, { deep: ['er'] }]] },
  date: '2026-02-29T00:00:00Z',
  proto: { constructor: 'text', toString: 'text' },
};

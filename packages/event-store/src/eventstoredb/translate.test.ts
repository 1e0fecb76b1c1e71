import {
  AccessDeniedError,
  InvalidArgumentError,
  MaxAppendSizeExceededError,
  UnavailableError,
  type JSONRecordedEvent,
} from '@eventstore/db-client';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seed } from '../contract/given.ts';
import { EventStoreUnavailableError, start, type Position } from '../event-store.ts';
import { fromPosition, isSystemStream, recorded, toFault, toPosition } from './translate.ts';

describe('a position in EventStoreDB', () => {
  const position = fc.record({
    commit: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    prepare: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  });

  it(`orders as text as it does as numbers (seed ${seed})`, () => {
    fc.assert(
      fc.property(position, position, (a, b) => {
        const before = a.commit === b.commit ? a.prepare < b.prepare : a.commit < b.commit;
        expect(toPosition(a) < toPosition(b)).toBe(before);
      }),
      { seed },
    );
  });

  it(`comes back from its text (seed ${seed})`, () => {
    fc.assert(
      fc.property(position, (given) => {
        expect(fromPosition(toPosition(given))).toEqual(given);
      }),
      { seed },
    );
  });

  it('has the start before everything', () => {
    expect(fromPosition(start)).toBe('start');
    expect(start < toPosition({ commit: 0n, prepare: 0n })).toBe(true);
  });

  it.each(['0000000000000007', '1/2', 'end'])('is not «%s», another store’s', (text) => {
    expect(() => fromPosition(text as Position)).toThrow(RangeError);
  });
});

describe('an event as the client gives it', () => {
  const event: JSONRecordedEvent = {
    streamId: 'application-1',
    id: '7d0fd5a4-3b52-5d0b-9c5e-6f0a1f3b8c21',
    revision: 3n,
    type: 'NoteAdded',
    data: { text: 'lengkap' },
    metadata: { office: 'bandung' },
    isJson: true,
    created: new Date('2026-03-02T01:00:00.500Z'),
    position: { commit: 12n, prepare: 12n },
  };

  it('is an event of ours', () => {
    expect(recorded({ event })).toEqual({
      stream: 'application-1',
      id: event.id,
      revision: 3,
      type: 'NoteAdded',
      data: { text: 'lengkap' },
      metadata: { office: 'bandung' },
      recordedAt: '2026-03-02T01:00:00.500Z',
      position: '00000000000000000012/00000000000000000012',
    });
  });

  it('is refused by name when it is not JSON or has no position', () => {
    expect(() => recorded({ event: { ...event, isJson: false as never } })).toThrow(
      'application-1@3 is not JSON',
    );
    const { position: _, ...older } = event;
    expect(() => recorded({ event: older })).toThrow('22.6');
    expect(() => recorded({})).toThrow('gone');
  });
});

describe('a fault of the client', () => {
  it('means that the store cannot say, with what happened as its cause', () => {
    const cause = new UnavailableError();
    expect(toFault(cause)).toBeInstanceOf(EventStoreUnavailableError);
    expect(toFault(cause)).toMatchObject({ cause });
    expect(toFault(new Error('failed to discover'))).toBeInstanceOf(EventStoreUnavailableError);
  });

  it.each([
    new AccessDeniedError(),
    new InvalidArgumentError('count'),
    new MaxAppendSizeExceededError(undefined, 1),
    new EventStoreUnavailableError(),
  ])('stays what it is when asking again cannot mend it: $name', (error) => {
    expect(toFault(error)).toBe(error);
  });
});

it('knows system streams by their name', () => {
  expect(['$streams', '$$application-1', '$ce-application'].every(isSystemStream)).toBe(true);
  expect(isSystemStream('application-$1')).toBe(false);
});

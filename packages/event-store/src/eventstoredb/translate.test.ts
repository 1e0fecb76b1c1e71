import {
  AccessDeniedError,
  InvalidArgumentError,
  MaxAppendSizeExceededError,
  UnavailableError,
} from '@eventstore/db-client';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seed } from '../contract/given.ts';
import {
  EventStoreAccessDeniedError,
  EventStoreUnavailableError,
  start,
  type Position,
} from '../event-store.ts';
import { fromPosition, recorded, toFault, toPosition, uuidText } from './translate.ts';

describe('a position in EventStoreDB', () => {
  const part = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  const position = (commit: bigint, prepare: bigint) => toPosition(String(commit), String(prepare));

  it(`orders as text as it does as numbers (seed ${seed})`, () => {
    fc.assert(
      fc.property(part, part, part, part, (commit, prepare, otherCommit, otherPrepare) => {
        const before = commit === otherCommit ? prepare < otherPrepare : commit < otherCommit;
        const text = position(commit, prepare);
        expect(text < position(otherCommit, otherPrepare)).toBe(before);
        expect(start < text).toBe(true);
      }),
      { seed },
    );
  });

  it(`comes back from its text (seed ${seed})`, () => {
    fc.assert(
      fc.property(part, part, (commit, prepare) => {
        expect(fromPosition(position(commit, prepare))).toEqual({
          commit: String(commit),
          prepare: String(prepare),
        });
      }),
      { seed },
    );
  });

  it.each(['', '0000000000000007', '1/2', 'end', `${'0'.repeat(20)}/${'1'.repeat(21)}`])(
    'is not «%s», another store’s',
    (text) => {
      expect(() => fromPosition(text as Position)).toThrow(RangeError);
    },
  );
});

describe('an event as the server sends it', () => {
  const id = '7d0fd5a4-3b52-5d0b-9c5e-6f0a1f3b8c21';

  function sent({
    contentType = 'application/json',
    data = '{"text":"lengkap"}',
    commit = '12',
  } = {}) {
    const event = new streams.ReadResp.ReadEvent.RecordedEvent()
      .setId(new shared.UUID().setString(id))
      .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from('izin-ē')))
      .setStreamRevision('3')
      .setCommitPosition(commit)
      .setPreparePosition('12')
      .setData(Buffer.from(data))
      .setCustomMetadata(Buffer.from('{"office":"bandung"}'));
    event.getMetadataMap().set('type', 'NoteAdded').set('content-type', contentType);
    event.getMetadataMap().set('created', '17724132005000000');
    return new streams.ReadResp.ReadEvent().setEvent(event);
  }

  it('is an event of ours', () => {
    expect(recorded(sent())).toEqual({
      stream: 'izin-ē',
      id,
      revision: 3,
      type: 'NoteAdded',
      data: { text: 'lengkap' },
      metadata: { office: 'bandung' },
      recordedAt: '2026-03-02T01:00:00.500Z',
      position: '00000000000000000012/00000000000000000012',
    });
  });

  it('may have its id as two numbers', () => {
    const structured = new shared.UUID.Structured()
      .setMostSignificantBits(String(0x7d0fd5a43b525d0bn))
      .setLeastSignificantBits(String(BigInt.asIntN(64, 0x9c5e6f0a1f3b8c21n)));
    expect(uuidText(new shared.UUID().setStructured(structured))).toBe(id);
  });

  it.each([
    [sent({ contentType: 'application/octet-stream' }), 'izin-ē@3: it is not JSON'],
    [sent({ data: '{"text":' }), 'izin-ē@3: its data is not JSON'],
    [sent({ data: '[1]' }), 'izin-ē@3: its data is no JSON object'],
  ])('is told from what no append has written (%#)', (event, message) => {
    const position = '00000000000000000012/00000000000000000012';
    const named = { stream: 'izin-ē', revision: 3, position, message };
    expect(recorded(event)).toMatchObject({ name: 'UnreadableRecordError', ...named });
  });

  it('is, to whoever asks for it as it was written, not what says the same in other bytes', () => {
    const spaced = sent({ data: '{"text": "lengkap"}' });
    expect(recorded(spaced)).toMatchObject({ data: { text: 'lengkap' } });
    expect(recorded(spaced, true)).toMatchObject({ name: 'UnreadableRecordError' });
    expect(recorded(sent(), true)).toMatchObject({ data: { text: 'lengkap' } });
  });

  it.each([
    [sent({ commit: String(2n ** 64n - 1n) }), '22.6'],
    [new streams.ReadResp.ReadEvent(), 'gone'],
  ])('is refused by name when it is none of ours (%#)', (event, reason) => {
    expect(() => recorded(event)).toThrow(reason);
  });
});

describe('a fault of the client', () => {
  it('means that the store cannot say, with what happened as its cause', () => {
    const cause = new UnavailableError();
    expect(toFault(cause)).toBeInstanceOf(EventStoreUnavailableError);
    expect(toFault(cause)).toMatchObject({ cause });
    expect(toFault(new Error('failed to discover'))).toBeInstanceOf(EventStoreUnavailableError);
  });

  it('means that somebody has to mend the credentials or the rights, and says which', () => {
    const fault = toFault(new AccessDeniedError());
    expect(fault).toBeInstanceOf(EventStoreAccessDeniedError);
    expect(fault).toMatchObject({ message: expect.stringContaining('$admins') });
  });

  it.each([
    new InvalidArgumentError('count'),
    new MaxAppendSizeExceededError(undefined, 1),
    new EventStoreUnavailableError(),
  ])('stays what it is when asking again cannot mend it: $name', (error) => {
    expect(toFault(error)).toBe(error);
  });
});

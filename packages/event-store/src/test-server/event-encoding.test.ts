import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { seed } from '../contract/given.ts';
import type { EventRow } from '../embedded/event-rows.ts';
import { encodeEvent } from './event-encoding.ts';
import { streamName, uuidText, type UuidForm } from './messages.ts';
import { positionOf } from './positions.ts';
import { streams } from './protocol.ts';
import { fromStored, toStored } from './stored-content.ts';
import { deletedRevision } from './stream-metadata.ts';

const content = fc.record({ bytes: fc.uint8Array({ maxLength: 300 }), isJson: fc.boolean() });
const text = fc.string({ unit: 'binary', maxLength: 50 });
const row: fc.Arbitrary<EventRow> = fc.record({
  position: fc.nat({ max: 2 ** 45 }),
  stream: text,
  revision: fc.oneof(fc.nat(), fc.constantFrom(0, 127, 128, 2 ** 32, 2 ** 52, deletedRevision)),
  id: fc.uuid(),
  type: text,
  data: content.map(toStored),
  metadata: fc.uint8Array({ maxLength: 300 }).map((bytes) => toStored({ bytes, isJson: true })),
  recorded_at: fc.nat({ max: 4e12 }),
});

it(`encodes an event so that the generated code reads what was given (seed ${seed})`, () => {
  fc.assert(
    fc.property(
      fc.option(row, { nil: undefined }),
      fc.option(row, { nil: undefined }),
      fc.constantFrom<UuidForm>('string', 'structured'),
      (event, link, form) => {
        const encoded = encodeEvent({ event, ...(link && { link }) }, form);
        const decoded = streams.ReadResp.deserializeBinary(encoded).getEvent();
        expect(given(decoded?.getEvent(), form)).toEqual(event && expected(event));
        expect(given(decoded?.getLink(), form)).toEqual(link && expected(link));
        const original = link ?? event;
        expect(decoded?.hasCommitPosition()).toBe(original !== undefined);
        expect(decoded?.getCommitPosition()).toBe(String(positionOf(original?.position ?? 0)));
      },
    ),
    { seed },
  );
});

type RecordedEvent = InstanceType<typeof streams.ReadResp.ReadEvent.RecordedEvent>;

function given(event: RecordedEvent | undefined, form: UuidForm) {
  return (
    event && {
      id: uuidText(event.getId()),
      isStructured: event.getId()?.hasStructured() === (form === 'structured'),
      stream: streamName(event.getStreamIdentifier()),
      revision: event.getStreamRevision(),
      positions: [event.getCommitPosition(), event.getPreparePosition()],
      properties: Object.fromEntries(event.getMetadataMap().entries() as never),
      data: [...event.getData_asU8()],
      metadata: [...event.getCustomMetadata_asU8()],
    }
  );
}

function expected({ id, stream, revision, position, type, recorded_at: at, ...row_ }: EventRow) {
  const data = fromStored(row_.data);
  return {
    id,
    isStructured: true,
    stream,
    revision: revision === deletedRevision ? '9223372036854775807' : String(revision),
    positions: [String(positionOf(position)), String(positionOf(position))],
    properties: {
      type,
      created: String(BigInt(at) * 10_000n),
      'content-type': data.isJson ? 'application/json' : 'application/octet-stream',
    },
    data: [...data.bytes],
    metadata: [...fromStored(row_.metadata).bytes],
  };
}

it(`keeps the bytes of a content and whether it is JSON (seed ${seed})`, () => {
  fc.assert(
    fc.property(content, (original) => {
      const { bytes, isJson } = fromStored(toStored(original));
      expect({ bytes: new Uint8Array(bytes), isJson }).toEqual(original);
    }),
    { seed },
  );
  const json = { bytes: Buffer.from('{"a":"ñ"}'), isJson: true };
  expect(toStored(json)).toBe('{"a":"ñ"}');
});

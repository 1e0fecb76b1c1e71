import type { EventRow } from '../embedded/event-rows.ts';
import { BackwardsWriter } from './backwards-writer.ts';
import { uuidHalves, type UuidForm } from './messages.ts';
import { positionOf } from './positions.ts';
import { fromStored, type Content } from './stored-content.ts';
import { revisionOnWire } from './stream-metadata.ts';

/** An event to be given, and the `$>` event that led to it where links are followed. */
export type Resolved = {
  event: EventRow | undefined;
  link?: EventRow;
};

/** 100-nanosecond steps since 1970, as the real server dates events. */
const ticksPerMillisecond = 10_000n;

/** Room for an event's numbers, tags, lengths and the words that do not differ, in bytes. */
const fixedRoom = 256;

/**
 * A `ReadResp` with an event, encoded. By hand, because most of the work of a server that is read from
 * is this, and the generated code takes several times as long for it.
 */
export function encodeEvent({ event, link }: Resolved, form: UuidForm): Buffer {
  const parts = { event: event && partsOf(event), link: link && partsOf(link) };
  const writer = new BackwardsWriter(
    (parts.event?.room ?? 0) + (parts.link?.room ?? 0) + fixedRoom,
  );
  // ReadResp.event
  writer.message(1, () => {
    const original = link ?? event;
    if (original) writer.integer(3, positionOf(original.position));
    for (const [field, part] of [
      [2, parts.link],
      [1, parts.event],
    ] as const) {
      if (part) writer.message(field, () => writeRecordedEvent(writer, part, form));
    }
  });
  return writer.written();
}

type Parts = { row: EventRow; data: Content; metadata: Content; room: number };

function partsOf(row: EventRow): Parts {
  const data = fromStored(row.data);
  const metadata = fromStored(row.metadata);
  // A character takes three bytes at the most.
  const names = 3 * (row.stream.length + row.type.length + row.id.length);
  return {
    row,
    data,
    metadata,
    room: data.bytes.length + metadata.bytes.length + names + fixedRoom,
  };
}

/** The fields of `ReadResp.ReadEvent.RecordedEvent`, the last first. */
function writeRecordedEvent(
  writer: BackwardsWriter,
  { row, data, metadata }: Parts,
  form: UuidForm,
): void {
  const position = positionOf(row.position);
  const property = (name: string, value: string) =>
    writer.message(6, () => {
      writer.text(2, value);
      writer.text(1, name);
    });
  writer.bytes(8, data.bytes);
  writer.bytes(7, metadata.bytes);
  property('content-type', data.isJson ? 'application/json' : 'application/octet-stream');
  property('created', String(BigInt(row.recorded_at) * ticksPerMillisecond));
  property('type', row.type);
  writer.integer(5, position);
  writer.integer(4, position);
  writer.integer(3, revisionOnWire(row.revision));
  // StreamIdentifier.stream_name
  writer.message(2, () => writer.text(3, row.stream));
  writer.message(1, () => writeId(writer, row.id, form));
}

/** The fields of `UUID`. */
function writeId(writer: BackwardsWriter, id: string, form: UuidForm): void {
  if (form === 'string') return writer.text(2, id);
  const { most, least } = uuidHalves(id);
  writer.message(1, () => {
    writer.integer(2, least);
    writer.integer(1, most);
  });
}

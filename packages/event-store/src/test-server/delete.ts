import type { EventLog } from './event-log.ts';
import { streamName } from './messages.ts';
import { expectedVersion } from './proposed-events.ts';
import {
  streams,
  type DeleteReq,
  type DeleteResp,
  type TombstoneReq,
  type TombstoneResp,
} from './protocol.ts';
import { invalidArgument, streamDeleted, wrongExpectedVersion } from './statuses.ts';

/** `Delete`: the stream is gone until the next append, whose revisions go on where they ended. */
export async function deleteStream(
  log: EventLog,
  request: DeleteReq,
  authorize: (stream: string) => void,
): Promise<DeleteResp> {
  const position = await remove('delete', log, request.getOptions(), authorize);
  return new streams.DeleteResp().setPosition(
    new streams.DeleteResp.Position()
      .setCommitPosition(String(position))
      .setPreparePosition(String(position)),
  );
}

/** `Tombstone`: the stream is gone for ever, and can never be written to again. */
export async function tombstoneStream(
  log: EventLog,
  request: TombstoneReq,
  authorize: (stream: string) => void,
): Promise<TombstoneResp> {
  const position = await remove('tombstone', log, request.getOptions(), authorize);
  return new streams.TombstoneResp().setPosition(
    new streams.TombstoneResp.Position()
      .setCommitPosition(String(position))
      .setPreparePosition(String(position)),
  );
}

/** @returns where the deletion lies in the log */
async function remove(
  kind: 'delete' | 'tombstone',
  log: EventLog,
  options: DeleteReq.Options | TombstoneReq.Options | undefined,
  authorize: (stream: string) => void,
): Promise<number> {
  const stream = streamName(options?.getStreamIdentifier());
  const revision = options?.hasRevision() ? options.getRevision() : undefined;
  const expected = options && expectedVersion(options, revision);
  if (stream === undefined || expected === undefined) {
    throw invalidArgument('expected options with a stream and a revision');
  }
  authorize(stream);
  const written = await log.write({ kind, stream, expected });
  switch (written.outcome) {
    case 'success':
      return written.position;
    case 'wrong-expected-version':
      throw wrongExpectedVersion('Delete', stream, expected, written.current);
    case 'stream-deleted':
      throw streamDeleted(stream);
  }
}

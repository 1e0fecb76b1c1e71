import type { ExpectedVersion, ProposedEvent } from './log-writer.ts';
import { noStream } from './log-writer.ts';
import { uuidText } from './messages.ts';
import type { AppendReq, BatchAppendReq } from './protocol.ts';
import { requiredMetadataMissing, unknownError } from './statuses.ts';

type ProposedMessage = AppendReq.ProposedMessage | BatchAppendReq.ProposedMessage;

/** @throws CallError when an id, a type or a content type is missing, or the id is no UUID */
export function proposedEvent(message: ProposedMessage): ProposedEvent {
  const properties = message.getMetadataMap();
  const type = properties.get('type');
  if (type === undefined) throw requiredMetadataMissing('type');
  const contentType = properties.get('content-type');
  if (contentType === undefined) throw requiredMetadataMissing('content-type');
  const id = uuidText(message.getId());
  if (id === undefined) throw unknownError('Unrecognized Guid format.');
  return {
    id,
    type,
    isJson: contentType === 'application/json',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

/** What the event counts against the maximum append size, in bytes. */
export function sizeOf({ type, data, metadata }: ProposedEvent): number {
  return data.length + metadata.length + 2 * type.length;
}

/** How each request names what it expects of the stream. */
type Expectation = {
  hasAny(): boolean;
  hasNoStream(): boolean;
  hasStreamExists(): boolean;
};

/** @param revision the expected revision, where the request has one */
export function expectedVersion(
  options: Expectation,
  revision: string | undefined,
): ExpectedVersion | undefined {
  if (options.hasAny()) return 'any';
  if (options.hasStreamExists()) return 'stream-exists';
  if (options.hasNoStream()) return noStream;
  return revision === undefined ? undefined : revisionFromWire(revision);
}

/** The greatest unsigned number stands for the end, which as an expectation means no stream. */
function revisionFromWire(revision: string): number {
  return revision === '18446744073709551615' ? noStream : Number(revision);
}

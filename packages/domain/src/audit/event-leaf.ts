import { canonicalJson } from '../json.ts';

/** A stored event, as every store gives it: with personal data sealed, as it lies there. */
export type LoggedEvent = {
  id: string;
  stream: string;
  revision: number;
  type: string;
  data: unknown;
  metadata: unknown;
  /** When the store took it: ISO 8601. */
  recordedAt: string;
};

/**
 * What the Merkle log's leaf of an event is made of: one line of canonical JSON (RFC 8785). Evidence
 * holds these lines, so that whoever checks it hashes bytes and need not write JSON as we do. The
 * position is left out: another store of the same events has others, and the order of leaves says it.
 */
export function leafText(event: LoggedEvent): string {
  const { id, stream, revision, type, data, metadata, recordedAt } = event;
  // The keys in their order.
  return (
    `{"data":${canonicalJson(data)},"id":${JSON.stringify(id)},"metadata":${canonicalJson(metadata)},` +
    `"recordedAt":${JSON.stringify(recordedAt)},"revision":${revision},` +
    `"stream":${JSON.stringify(stream)},"type":${JSON.stringify(type)}}`
  );
}

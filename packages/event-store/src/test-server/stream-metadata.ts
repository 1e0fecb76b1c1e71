import { fromStored } from './stored-content.ts';

/** What `$$stream` says of a stream. */
export type StreamMetadata = {
  /** Events before this revision are not given; `deletedRevision`: the stream is soft-deleted. */
  truncateBefore?: number;
  /** How many events are given at the most, the newest. */
  maxCount?: number;
  /** How old an event may be, in seconds. */
  maxAge?: number;
  acl?: AccessControl;
};

/** Who may do what: names of users and groups. */
export type AccessControl = Partial<Record<AccessRight, readonly string[]>>;
export type AccessRight = 'read' | 'write' | 'delete' | 'metaRead' | 'metaWrite';

/** Of metadata streams only the newest event is given. */
export const ofMetadataStreams: StreamMetadata = { maxCount: 1 };

/**
 * The revision of the tombstone, and of nothing else. The real server's is the greatest 64-bit
 * integer; here it is the greatest that JavaScript counts exactly, and translated on the wire.
 */
export const deletedRevision = Number.MAX_SAFE_INTEGER;
const deletedOnWire = 2n ** 63n - 1n;

export function revisionOnWire(revision: number): number | bigint {
  return revision === deletedRevision ? deletedOnWire : revision;
}

export const metadataEventType = '$metadata';
export const tombstoneEventType = '$streamDeleted';

export function isMetadataStream(stream: string): boolean {
  return stream.startsWith('$$');
}

export function metadataStreamOf(stream: string): string {
  return `$$${stream}`;
}

/** The stream that a metadata stream describes. */
export function describedBy(metadataStream: string): string {
  return metadataStream.slice(2);
}

const rights = {
  $r: 'read',
  $w: 'write',
  $d: 'delete',
  $mr: 'metaRead',
  $mw: 'metaWrite',
} as const;

/** Reads a `$metadata` event. What is no JSON object, or not of its type, sets nothing. */
export function parseStreamMetadata(stored: string): StreamMetadata {
  const json = jsonObject(stored);
  if (!json) return {};
  const metadata: StreamMetadata = {};
  const truncateBefore = integer(json['$tb']);
  const maxCount = integer(json['$maxCount']);
  const maxAge = integer(json['$maxAge']);
  if (truncateBefore !== undefined) metadata.truncateBefore = truncateBefore;
  if (maxCount !== undefined && maxCount > 0) metadata.maxCount = maxCount;
  if (maxAge !== undefined && maxAge > 0) metadata.maxAge = maxAge;
  const acl = json['$acl'];
  if (typeof acl === 'object' && acl !== null) {
    metadata.acl = accessControl(acl as Record<string, unknown>);
  }
  return metadata;
}

/** The same metadata with another `$tb`, as JSON; `deletedRevision` deletes. */
export function withTruncateBefore(stored: string | undefined, revision: number): string {
  const json = (stored === undefined ? undefined : jsonObject(stored)) ?? {};
  const { $tb: _, ...rest } = json;
  const text = JSON.stringify({ ...rest, $tb: 0 });
  // The number is greater than JSON.stringify can write exactly.
  return text.replace(/"\$tb":0\}$/, `"$tb":${revisionOnWire(revision)}}`);
}

function jsonObject(stored: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(Buffer.from(fromStored(stored).bytes).toString('utf8'));
    return typeof json === 'object' && json !== null && !Array.isArray(json)
      ? (json as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function integer(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0
    ? Math.min(Math.trunc(value), deletedRevision)
    : undefined;
}

function accessControl(json: Record<string, unknown>): AccessControl {
  const acl: AccessControl = {};
  for (const [key, right] of Object.entries(rights)) {
    const roles = json[key];
    if (typeof roles === 'string') acl[right] = [roles];
    else if (Array.isArray(roles)) acl[right] = roles.filter((role) => typeof role === 'string');
  }
  return acl;
}

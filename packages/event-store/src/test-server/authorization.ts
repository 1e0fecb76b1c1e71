import type { Caller } from './authentication.ts';
import type { EventLog } from './event-log.ts';
import { describedBy, isMetadataStream, type AccessRight } from './stream-metadata.ts';
import { accessDenied } from './statuses.ts';

export type StreamOperation = 'read' | 'write' | 'delete';

const administrators = '$admins';
const everybody = '$all';

/**
 * Whether the caller may: as on the real server, administrators everything; others what the stream's
 * `$acl` grants, without one everything on streams of users and nothing on those of the system, whose
 * names begin with `$`, among them $all. Who is not known may nothing (23.10's default).
 */
export function mayAccess(
  log: EventLog,
  caller: Caller,
  operation: StreamOperation,
  stream: string,
): boolean {
  if (caller === 'system') return true;
  if (stream === '$all' && operation !== 'read') return false;
  if (caller === 'anonymous') return false;
  if (caller.groups.includes(administrators) && !deletesMetadata(operation, stream)) return true;
  const [right, described] = rightFor(operation, stream);
  if (right === undefined) return false;
  const roles = log.metadata(described).acl?.[right] ?? defaultRoles(described);
  return roles.some(
    (role) => role === everybody || role === caller.name || caller.groups.includes(role),
  );
}

/** @throws CallError when the caller may not */
export function authorize(...access: Parameters<typeof mayAccess>): void {
  if (!mayAccess(...access)) throw accessDenied();
}

function rightFor(
  operation: StreamOperation,
  stream: string,
): [right: AccessRight | undefined, stream: string] {
  if (!isMetadataStream(stream)) return [operation, stream];
  const right = { read: 'metaRead', write: 'metaWrite', delete: undefined } as const;
  return [right[operation], describedBy(stream)];
}

function deletesMetadata(operation: StreamOperation, stream: string): boolean {
  return operation === 'delete' && isMetadataStream(stream);
}

function defaultRoles(stream: string): readonly string[] {
  return stream.startsWith('$') ? [administrators] : [everybody];
}

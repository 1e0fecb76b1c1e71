import { hash } from 'node:crypto';

/** 7d0fd5a4-3b52-5d0b-9c5e-6f0a1f3b8c21 */
const namespace = Buffer.from('7d0fd5a43b525d0b9c5e6f0a1f3b8c21', 'hex');

/** Begins with the namespace; what is hashed goes behind it. */
const scratch = Buffer.alloc(1024);
namespace.copy(scratch);

/**
 * A UUID that the same parts always give: ids of commands, events and applications derive from causes.
 * Name-based, version 5 (RFC 9562, 5.5); written out here because imports make two for each event.
 */
export function derivedId(...parts: readonly (string | number)[]): string {
  const digest = hash('sha1', named(JSON.stringify(parts)), 'hex');
  const variant = '89ab'.charAt(Number.parseInt(digest.charAt(16), 16) & 3);
  return (
    `${digest.slice(0, 8)}-${digest.slice(8, 12)}-5${digest.slice(13, 16)}-` +
    `${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`
  );
}

function named(name: string): Buffer {
  const { length } = namespace;
  // A character has at most three bytes.
  if (length + name.length * 3 > scratch.length) {
    return Buffer.concat([namespace, Buffer.from(name)]);
  }
  return scratch.subarray(0, length + scratch.write(name, length));
}

import type { Readable } from 'node:stream';

/** A call's messages in order. Unlike the stream itself, leaving them early keeps the call open. */
export function incoming<Message>(call: unknown): AsyncIterable<Message> {
  return (call as Readable).iterator({ destroyOnReturn: false }) as AsyncIterable<Message>;
}

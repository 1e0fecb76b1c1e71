import { MaxAppendSizeExceededError, StreamDeletedError } from '@eventstore/db-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newEvent, newStream } from '../contract/given.ts';
import { EventStoreUnavailableError, type EventStore } from '../event-store.ts';
import { startTestServer, type TestServer } from '../test-server/index.ts';
import { streams } from '../test-server/protocol.ts';
import { batchStatuses } from '../test-server/statuses.ts';
import { answerOf } from './append-answer.ts';
import { LostCallError } from './append-stream.ts';
import { EventStoreDbEventStore } from './eventstoredb-event-store.ts';

describe('the answer to an append', () => {
  const answered = (error: ReturnType<typeof batchStatuses.timeout>) => () =>
    answerOf(new streams.BatchAppendResp().setError(error), 'stream-1');

  it('that the server gave up waiting lets it be sent again', () => {
    expect(answered(batchStatuses.timeout())).toThrow(LostCallError);
    expect(answered(batchStatuses.timeout())).toThrow(expect.objectContaining({ sent: true }));
  });

  it('that it is too large, or the stream deleted, is told in words', () => {
    expect(answered(batchStatuses.maximumAppendSizeExceeded(7))).toThrow('no more than 7 bytes');
    expect(answered(batchStatuses.streamDeleted('stream-1'))).toThrow(StreamDeletedError);
    expect(answered(batchStatuses.streamDeleted('stream-1'))).toThrow('stream-1 is deleted');
  });

  it('that says neither yes nor no means that nobody knows', () => {
    expect(() => answerOf(new streams.BatchAppendResp(), 'stream-1')).toThrow(
      EventStoreUnavailableError,
    );
  });
});

describe('an append that no server would take', () => {
  let server: TestServer;
  let store: EventStore;
  beforeEach(async () => {
    server = await startTestServer();
    store = new EventStoreDbEventStore({ connectionString: server.connectionString });
  });
  afterEach(async () => {
    await store.close();
    await server.stop();
  });

  it('is refused before it ends the call that others share', async () => {
    const huge = { ...newEvent(), data: { text: 'a'.repeat(17 * 1024 * 1024) } };
    const [before, refused, after] = await Promise.allSettled([
      store.append(newStream(), [newEvent()], 'any'),
      store.append(newStream(), [huge], 'any'),
      store.append(newStream(), [newEvent()], 'any'),
    ]);
    expect([before.status, after.status]).toEqual(['fulfilled', 'fulfilled']);
    expect(refused).toMatchObject({ reason: expect.any(MaxAppendSizeExceededError) });
  });
});

import { credentials, status, type ServiceError } from '@grpc/grpc-js';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import timestamps from 'google-protobuf/google/protobuf/timestamp_pb.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { streamIdentifier, streamName, uuid, uuidText } from './messages.ts';
import { newStream } from './official-client.ts';
import {
  Empty,
  GoogleEmpty,
  shared,
  streams,
  type AppendReq,
  type AppendResp,
  type BatchAppendReq,
  type BatchAppendResp,
  type ReadReq,
  type ReadResp,
} from './protocol.ts';
import { startTestServer, type TestServer } from './server.ts';

/** What the official client never sends or shows, by bare calls of the protocol. */
let server: TestServer;
let client: InstanceType<typeof streamsService.StreamsClient>;
beforeAll(async () => {
  server = await startTestServer({ maxAppendSize: 10_000 });
  const address = `${server.host}:${server.port}`;
  client = new streamsService.StreamsClient(address, credentials.createInsecure());
});
afterAll(async () => {
  client.close();
  await server.stop();
});

type Properties = Record<string, string>;
const json: Properties = { type: 'test', 'content-type': 'application/json' };

function proposed(properties = json, data = '{}', id = randomUUID()) {
  const message = new streams.BatchAppendReq.ProposedMessage()
    .setId(uuid(id, 'structured'))
    .setData(Buffer.from(data));
  for (const [name, value] of Object.entries(properties)) message.getMetadataMap().set(name, value);
  return message;
}

function batchOptions(stream: string) {
  return new streams.BatchAppendReq.Options()
    .setStreamIdentifier(streamIdentifier(stream))
    .setAny(new GoogleEmpty());
}

function batchOf(
  id: ReturnType<typeof uuid>,
  events: BatchAppendReq.ProposedMessage[],
  final = true,
) {
  return new streams.BatchAppendReq()
    .setCorrelationId(id)
    .setProposedMessagesList(events)
    .setIsFinal(final);
}

/** Sends messages over one call and half-closes it. */
async function batch(...requests: BatchAppendReq[]): Promise<BatchAppendResp[]> {
  const call = client.batchAppend();
  for (const request of requests) call.write(request);
  call.end();
  const answers: BatchAppendResp[] = [];
  for await (const answer of call as AsyncIterable<BatchAppendResp>) answers.push(answer);
  return answers;
}

function append(
  stream: string,
  events: BatchAppendReq.ProposedMessage[],
  expecting = (options: AppendReq.Options) => options.setAny(new Empty()),
): Promise<AppendResp> {
  const { promise, resolve, reject } = Promise.withResolvers<AppendResp>();
  const call = client.append((error, response) => {
    if (error) reject(error);
    else resolve(response);
  });
  const options = new streams.AppendReq.Options().setStreamIdentifier(streamIdentifier(stream));
  expecting(options);
  call.write(new streams.AppendReq().setOptions(options));
  for (const event of events) {
    const message = streams.AppendReq.ProposedMessage.deserializeBinary(event.serializeBinary());
    call.write(new streams.AppendReq().setProposedMessage(message));
  }
  call.end();
  return promise;
}

async function refused(promise: Promise<unknown>): Promise<ServiceError> {
  return promise.then(
    () => expect.unreachable('it was to fail'),
    (error: unknown) => error as ServiceError,
  );
}

const trailers = ({ metadata }: ServiceError) => metadata.getMap();

function readOptions(): ReadReq.Options {
  return new streams.ReadReq.Options()
    .setCount('100')
    .setNoFilter(new Empty())
    .setUuidOption(new streams.ReadReq.Options.UUIDOption().setString(new Empty()));
}

function ofStream(stream: string, revision?: number) {
  const options = new streams.ReadReq.Options.StreamOptions().setStreamIdentifier(
    streamIdentifier(stream),
  );
  return revision === undefined
    ? options.setStart(new Empty())
    : options.setRevision(String(revision));
}

async function read(options: ReadReq.Options): Promise<ReadResp[]> {
  const call = client.read(new streams.ReadReq().setOptions(options));
  const messages: ReadResp[] = [];
  for await (const message of call as AsyncIterable<ReadResp>) messages.push(message);
  return messages;
}

describe('batch appends', () => {
  it('may alternate their messages, and are answered by their ids as they were written', async () => {
    const [a, b] = [newStream(), newStream()];
    const ids = [uuid(randomUUID(), 'structured'), uuid(randomUUID(), 'string')] as const;
    const answers = await batch(
      batchOf(ids[0], [proposed()], false).setOptions(batchOptions(a)),
      batchOf(ids[1], [], false).setOptions(batchOptions(b)),
      batchOf(ids[0], [proposed()], false),
      batchOf(ids[1], [proposed(), proposed(), proposed()]),
      batchOf(ids[0], [proposed(), proposed()]),
    );
    const found = answers.map((answer) => [
      answer.getCorrelationId()?.toObject(),
      streamName(answer.getStreamIdentifier()),
      answer.getSuccess()?.getCurrentRevision(),
    ]);
    expect(found).toEqual([
      [ids[1].toObject(), b, '2'],
      [ids[0].toObject(), a, '3'],
    ]);
  });

  it('are refused one by one, with the reason as a packed message', async () => {
    const stream = newStream();
    const id = () => uuid(randomUUID(), 'string');
    const big = proposed(json, `"${'x'.repeat(11_000)}"`);
    const answers = await batch(
      batchOf(id(), [proposed()]).setOptions(batchOptions(stream)),
      batchOf(id(), [proposed()]).setOptions(batchOptions(stream).setNoStream(new GoogleEmpty())),
      batchOf(id(), [big]).setOptions(batchOptions(stream)),
      batchOf(id(), [proposed({ type: 'test' })]).setOptions(batchOptions(stream)),
      batchOf(id(), [proposed()]).setOptions(
        batchOptions(stream).setDeadline(timestamps.Timestamp.fromDate(new Date(Date.now() - 1))),
      ),
      batchOf(id(), [proposed()]).setOptions(batchOptions(stream)),
    );
    const reasons = answers.map((answer) =>
      String(answer.getError()?.getDetails()?.getTypeName().replace('event_store.client.', '')),
    );
    expect(reasons.toSorted((one, other) => one.localeCompare(other))).toEqual([
      'BadRequest',
      'MaximumAppendSizeExceeded',
      'Timeout',
      'undefined',
      'undefined',
      'WrongExpectedVersion',
    ]);
    const wrong = answers
      .map((answer) => answer.getError())
      .find((error) => error?.getMessage() === 'WrongExpectedVersion');
    expect(wrong?.getCode()).toBe(status.ALREADY_EXISTS);
    const details = wrong
      ?.getDetails()
      ?.unpack(
        (bytes) => shared.WrongExpectedVersion.deserializeBinary(bytes),
        'event_store.client.WrongExpectedVersion',
      );
    expect(details?.getCurrentStreamRevision()).toBe('0');
    expect(details?.hasExpectedNoStream()).toBe(true);
  });

  it('that never become final are answered at their deadline, and not written', async () => {
    const stream = newStream();
    const call = client.batchAppend();
    const soon = timestamps.Timestamp.fromDate(new Date(Date.now() + 100));
    call.write(
      batchOf(uuid(randomUUID(), 'string'), [proposed()], false).setOptions(
        batchOptions(stream).setDeadline(soon),
      ),
    );
    const [answer] = (await once(call, 'data')) as [BatchAppendResp];
    expect(answer.getError()?.getMessage()).toBe('Timeout');
    call.end();
    await once(call, 'end');
    const [missing] = await read(readOptions().setStream(ofStream(stream)));
    expect(missing?.hasStreamNotFound()).toBe(true);
  });

  it('of an unknown id are passed over', async () => {
    expect(await batch(batchOf(uuid(randomUUID(), 'string'), [proposed()]))).toEqual([]);
  });
});

describe('an append by a call of its own', () => {
  it('tells what was expected and what was found', async () => {
    const stream = newStream();
    const success = (await append(stream, [proposed(), proposed()])).getSuccess();
    expect(success?.getCurrentRevision()).toBe('1');
    const wrong = (
      await append(stream, [proposed()], (options) => options.setRevision('7'))
    ).getWrongExpectedVersion();
    expect(wrong?.toObject()).toMatchObject({
      currentRevision: '1',
      expectedRevision: '7',
      currentRevision2060: 1,
      expectedRevision2060: 7,
    });
  });

  it('tells that there is still no stream after no events', async () => {
    const success = (await append(newStream(), [])).getSuccess();
    expect(success?.hasNoStream()).toBe(true);
    expect(success?.hasPosition()).toBe(true);
  });

  it('names the property that an event lacks', async () => {
    const error = await refused(append(newStream(), [proposed({ 'content-type': 'x' })]));
    expect(error.code).toBe(status.INVALID_ARGUMENT);
    expect(trailers(error)).toMatchObject({
      exception: 'missing-required-metadata-property',
      'required-metadata-properties': 'type,content-type',
    });
  });

  it('tells how much would have been allowed', async () => {
    const big = proposed(json, `"${'x'.repeat(11_000)}"`);
    const error = await refused(append(newStream(), [big]));
    expect(error.code).toBe(status.INVALID_ARGUMENT);
    expect(trailers(error)).toMatchObject({
      exception: 'maximum-append-size-exceeded',
      'maximum-append-size': '10000',
    });
  });

  it('writes nothing when it is cancelled half-way', async () => {
    const stream = newStream();
    const call = client.append(() => {});
    call.on('error', () => {});
    const options = new streams.AppendReq.Options()
      .setStreamIdentifier(streamIdentifier(stream))
      .setAny(new Empty());
    call.write(new streams.AppendReq().setOptions(options));
    call.cancel();
    await append(newStream(), [proposed()]);
    const [missing] = await read(readOptions().setStream(ofStream(stream)));
    expect(missing?.hasStreamNotFound()).toBe(true);
  });
});

describe('a delete', () => {
  const deletion = (stream: string) =>
    new streams.DeleteReq().setOptions(
      new streams.DeleteReq.Options()
        .setStreamIdentifier(streamIdentifier(stream))
        .setRevision('5'),
    );

  it('tells the versions in its trailers', async () => {
    const stream = newStream();
    await append(stream, [proposed()]);
    const { promise, reject, resolve } = Promise.withResolvers<void>();
    client.delete(deletion(stream), (error) => {
      if (error) reject(error);
      else resolve();
    });
    const error = await refused(promise);
    expect(error.code).toBe(status.FAILED_PRECONDITION);
    expect(trailers(error)).toMatchObject({
      exception: 'wrong-expected-version',
      'stream-name': stream,
      'expected-version': '5',
      'actual-version': '0',
    });
  });
});

describe('a read', () => {
  const ids = [randomUUID(), randomUUID(), randomUUID()];
  const stream = newStream();
  beforeAll(async () => {
    await append(
      stream,
      ids.map((id) => proposed(json, '{}', id)),
    );
  });
  const eventIds = (messages: ReadResp[]) =>
    messages.map((message) => message.getEvent()?.getEvent()?.getId());

  it('writes ids in the form that was asked for', async () => {
    const asText = await read(readOptions().setStream(ofStream(stream)));
    expect(eventIds(asText).map((id) => id?.getString())).toEqual(ids);
    const structured = new streams.ReadReq.Options.UUIDOption().setStructured(new Empty());
    const inParts = await read(readOptions().setStream(ofStream(stream)).setUuidOption(structured));
    expect(eventIds(inParts).map((id) => id?.hasStructured())).toEqual([true, true, true]);
    expect(eventIds(inParts).map(uuidText)).toEqual(ids);
  });

  it('tells where the stream begins and ends to who wants to know', async () => {
    const control = new streams.ReadReq.Options.ControlOption().setCompatibility(1);
    const metadata = proposed({ ...json, type: '$metadata' }, '{"$tb":50}');
    const long = newStream();
    await append(
      long,
      Array.from({ length: 100 }, () => proposed()),
    );
    await append(`$$${long}`, [metadata]);
    const messages = await read(
      readOptions().setStream(ofStream(long)).setCount('10').setControlOption(control),
    );
    expect(messages[0]?.getFirstStreamPosition()).toBe('50');
    expect(messages).toHaveLength(12);
    expect(messages[1]?.getEvent()?.getEvent()?.getStreamRevision()).toBe('50');
    expect(messages.at(-1)?.getLastStreamPosition()).toBe('99');
  });

  it('names a stream that is not found', async () => {
    const missing = newStream();
    const messages = await read(readOptions().setStream(ofStream(missing)));
    expect(messages.map((message) => message.getStreamNotFound()?.toObject())).toEqual([
      { streamIdentifier: streamIdentifier(missing).toObject() },
    ]);
  });

  it('of $all can be filtered, forwards and backwards', async () => {
    const expression = new streams.ReadReq.Options.FilterOptions.Expression().setPrefixList([
      stream,
    ]);
    const filter = new streams.ReadReq.Options.FilterOptions()
      .setStreamIdentifier(expression)
      .setCount(new Empty())
      .setCheckpointintervalmultiplier(1);
    const all = new streams.ReadReq.Options.AllOptions();
    const options = () => readOptions().setFilter(filter).setCount('2');
    const forwards = await read(options().setAll(all.setStart(new Empty())));
    expect(eventIds(forwards).map(uuidText)).toEqual(ids.slice(0, 2));
    const { BACKWARDS } = streams.ReadReq.Options.ReadDirection;
    const backwards = await read(
      options().setAll(all.setEnd(new Empty())).setReadDirection(BACKWARDS),
    );
    expect(eventIds(backwards).map(uuidText)).toEqual(ids.slice(1).toReversed());
  });

  it.each<[string, (options: ReadReq.Options) => ReadReq.Options]>([
    ['neither a stream nor $all', (options) => options],
    [
      'a filtered stream',
      (options) =>
        options.setStream(ofStream(stream)).setFilter(new streams.ReadReq.Options.FilterOptions()),
    ],
    [
      'a subscription backwards',
      (options) =>
        options
          .setStream(ofStream(stream))
          .setSubscription(new streams.ReadReq.Options.SubscriptionOptions())
          .setReadDirection(streams.ReadReq.Options.ReadDirection.BACKWARDS),
    ],
  ])('of %s is refused', async (_, ask) => {
    expect(await refused(read(ask(readOptions())))).toMatchObject({
      code: status.INVALID_ARGUMENT,
    });
  });
});

/**
 * EventStoreDB's gRPC definitions as the official client ships them. They are CommonJS without names
 * that Node could import one by one, hence whole modules; types come from the same files.
 */
import code from '@eventstore/db-client/generated/code_pb.js';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import gossipService from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import serverFeatures from '@eventstore/db-client/generated/serverfeatures_pb.js';
import serverFeaturesService from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import status from '@eventstore/db-client/generated/status_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { IStreamsServer } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { handleServerStreamingCall, UntypedServiceImplementation } from '@grpc/grpc-js';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';

export const { GossipService } = gossipService;
export const { ServerFeaturesService } = serverFeaturesService;
export const { Any } = any;
export const { Code } = code;
export const { Empty: GoogleEmpty } = empty;
export const { Empty, StreamIdentifier, UUID } = shared;
export { gossip, serverFeatures, shared, status, streams };

/** A part of what is read: an event as its encoded bytes. */
export type ReadMessage = ReadResp | Buffer;

const { read, ...others } = streamsService.StreamsService;
export const StreamsService = {
  ...others,
  read: {
    ...read,
    responseSerialize: (message: ReadMessage) =>
      Buffer.isBuffer(message) ? message : read.responseSerialize(message),
  },
};

/** The handlers of `StreamsService`. */
export interface StreamsHandlers extends UntypedServiceImplementation {
  append: IStreamsServer['append'];
  batchAppend: IStreamsServer['batchAppend'];
  delete: IStreamsServer['delete'];
  read: handleServerStreamingCall<ReadReq, ReadMessage>;
  tombstone: IStreamsServer['tombstone'];
}

export type {
  AppendReq,
  AppendResp,
  BatchAppendReq,
  BatchAppendResp,
  DeleteReq,
  DeleteResp,
  ReadReq,
  ReadResp,
  TombstoneReq,
  TombstoneResp,
} from '@eventstore/db-client/generated/streams_pb.js';
export type { Status } from '@eventstore/db-client/generated/status_pb.js';
export type { IGossipServer } from '@eventstore/db-client/generated/gossip_grpc_pb.js';
export type { IServerFeaturesServer } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';

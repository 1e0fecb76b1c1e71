import { ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';

/** How many messages of a streamed answer are on their way at a time. */
const window = 32;

/**
 * Lets the messages of a streamed answer follow each other without waiting for each to be written:
 * gRPC's stream waits, and gives them out one in a turn of the event loop. It still keeps who writes
 * waiting when the client does not read.
 */
export const pipelined: ServerInterceptor = (method, call) =>
  method.responseStream ? new PipelinedCall(call) : new ServerInterceptingCall(call);

class PipelinedCall extends ServerInterceptingCall {
  #underWay = 0;
  #waiting: (() => void) | undefined;

  override sendMessage(message: unknown, callback: () => void): void {
    this.#underWay += 1;
    super.sendMessage(message, () => {
      this.#underWay -= 1;
      const waiting = this.#waiting;
      this.#waiting = undefined;
      waiting?.();
    });
    if (this.#underWay < window) callback();
    else this.#waiting = callback;
  }
}

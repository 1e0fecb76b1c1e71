import type { CallError } from './statuses.ts';

/** The protocol's methods as faults name them. */
export type Method =
  | 'append'
  | 'batchAppend'
  | 'delete'
  | 'getSupportedMethods'
  | 'gossip'
  | 'read'
  | 'tombstone';

/** A call that is not answered in full yet. */
export type OpenCall = {
  readonly method: Method;
  /** The client's address and port. */
  readonly peer: string;
  /** Ends the call at once: with the error, or, where it is a stream, normally. */
  end(error?: CallError): void;
};

/** The calls of all clients of a node. */
export class OpenCalls {
  readonly #calls = new Set<OpenCall>();

  add(call: OpenCall): void {
    this.#calls.add(call);
  }

  delete(call: OpenCall): void {
    this.#calls.delete(call);
  }

  count(method: Method): number {
    return [...this.#calls].filter((call) => call.method === method).length;
  }

  end(methods: readonly Method[], error?: CallError): void {
    for (const call of this.#calls) {
      if (concerns(methods, call.method)) call.end(error);
    }
  }
}

/** No names mean all. */
export function concerns(methods: readonly Method[], method: Method): boolean {
  return methods.length === 0 || methods.includes(method);
}

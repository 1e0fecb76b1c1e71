import { setTimeout } from 'node:timers/promises';
import { concerns, type Method, type OpenCalls } from './open-calls.ts';
import type { serverFeatures } from './protocol.ts';
import { notLeader, unavailable, type CallError } from './statuses.ts';

/** Ends a fault. */
export type Release = () => void;

/** What `GetSupportedMethods` answers instead of the truth. */
export type SupportedMethodsAnswer =
  | InstanceType<typeof serverFeatures.SupportedMethods>
  | CallError;

type Fault = { methods: readonly Method[] };

/** What the listener can do to connections. */
export type Connections = {
  cutAll(): void;
  refuse(): Promise<void>;
  accept(): Promise<void>;
};

/**
 * What goes wrong with a node, on demand. Each fault is for the methods it names, for all when it
 * names none; those that last are ended by calling what they return. Faults can be combined.
 */
export class Faults {
  readonly #calls: OpenCalls;
  readonly #connections: Connections;
  readonly #silences = new Set<Fault & { ended: PromiseWithResolvers<void> }>();
  readonly #delays = new Set<Fault & { milliseconds: number }>();
  readonly #failures = new Set<Fault & { error: CallError }>();
  readonly #losses = new Set<Fault>();
  readonly #supportedMethods = new Set<SupportedMethodsAnswer>();
  readonly #checkpointsAhead = new Set<object>();
  readonly #slowConsumers = new Set<object>();

  constructor(calls: OpenCalls, connections: Connections) {
    this.#calls = calls;
    this.#connections = connections;
  }

  /**
   * Requests are taken, but nothing is done and nothing answered; open streams fall silent too.
   * Afterwards what is still wanted goes on: appends that were waiting are written then.
   */
  silence(...methods: Method[]): Release {
    const silence = { methods, ended: Promise.withResolvers<void>() };
    const release = lasting(this.#silences, silence);
    return () => {
      release();
      silence.ended.resolve();
    };
  }

  /** Each answer, and each part of a streamed one, comes that many milliseconds later. */
  slow(milliseconds: number, ...methods: Method[]): Release {
    return lasting(this.#delays, { methods, milliseconds });
  }

  /** Every request fails with the error; open streams of appends do at their next request. */
  fail(error: CallError, ...methods: Method[]): Release {
    return lasting(this.#failures, { methods, error });
  }

  /** Every request is referred to another node. */
  notLeader(leader: { host: string; port: number }, ...methods: Method[]): Release {
    return this.fail(notLeader(leader), ...methods);
  }

  /** What is asked is done, appends are committed, and instead of the answer the connection breaks. */
  loseAnswers(...methods: Method[]): Release {
    return lasting(this.#losses, { methods });
  }

  /** `GetSupportedMethods` answers, or fails with, this. */
  supportMethods(answer: SupportedMethodsAnswer): Release {
    return lasting(this.#supportedMethods, answer);
  }

  /** Ends open calls with an error now: UNAVAILABLE by default. */
  dropCalls(error: CallError = unavailable('The call was dropped.'), ...methods: Method[]): void {
    this.#calls.end(methods, error);
  }

  /** Ends open streams now as if everything had been said: batch appends, reads and subscriptions. */
  endStreams(...methods: Method[]): void {
    this.#calls.end(methods);
  }

  /** Breaks all connections now. New ones are welcome. */
  cutConnections(): void {
    this.#connections.cutAll();
  }

  /** Breaks all connections, and takes no new ones until released. */
  async refuseConnections(): Promise<() => Promise<void>> {
    await this.#connections.refuse();
    this.#connections.cutAll();
    return () => this.#connections.accept();
  }

  /**
   * A filtered subscription is sent a checkpoint when it goes live, at the place where the next event
   * will begin, as servers before 23.10 did: who resumes after it misses that event.
   */
  checkpointsAhead(): Release {
    return lasting(this.#checkpointsAhead, {});
  }

  /** A subscriber that is too slow is dropped, as 23.10 does, rather than told that it fell behind. */
  dropSlowConsumers(): Release {
    return lasting(this.#slowConsumers, {});
  }

  // What the node asks before and after each step.

  /** Waits out a silence. @throws CallError when the request is to fail */
  async received(method: Method, signal: AbortSignal): Promise<void> {
    await this.#silent(method, signal);
    for (const { methods, error } of this.#failures) if (concerns(methods, method)) throw error;
  }

  /** Waits out silences and delays. @returns false when the answer is to be lost */
  async answering(method: Method, signal: AbortSignal): Promise<boolean> {
    await this.#silent(method, signal);
    let delay = 0;
    for (const { methods, milliseconds } of this.#delays) {
      if (concerns(methods, method)) delay += milliseconds;
    }
    if (delay > 0) await setTimeout(delay, undefined, { signal });
    return ![...this.#losses].some(({ methods }) => concerns(methods, method));
  }

  get supportedMethods(): SupportedMethodsAnswer | undefined {
    return [...this.#supportedMethods].at(-1);
  }

  get areCheckpointsAhead(): boolean {
    return this.#checkpointsAhead.size > 0;
  }

  get areSlowConsumersDropped(): boolean {
    return this.#slowConsumers.size > 0;
  }

  async #silent(method: Method, signal: AbortSignal): Promise<void> {
    for (const { methods, ended } of this.#silences) {
      if (!concerns(methods, method)) continue;
      const aborted = Promise.withResolvers<void>();
      const abort = () => aborted.reject(signal.reason as Error);
      signal.addEventListener('abort', abort);
      try {
        signal.throwIfAborted();
        await Promise.race([ended.promise, aborted.promise]);
      } finally {
        signal.removeEventListener('abort', abort);
      }
    }
  }
}

function lasting<Kind>(faults: Set<Kind>, fault: Kind): Release {
  faults.add(fault);
  return () => void faults.delete(fault);
}

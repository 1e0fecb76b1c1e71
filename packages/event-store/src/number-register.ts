import {
  readNumberEvent,
  seriesName,
  type EventMetadata,
  type NumberSeries,
} from '@satu-atap/domain';
import { derivedId } from './event-ids.ts';
import {
  EventIdConflictError,
  readStream,
  WrongExpectedRevisionError,
  type EventStore,
  type NewEvent,
} from './event-store.ts';

/** For whom a number is reserved, and what is recorded beside it. */
export type Reservation = { application: string; metadata: EventMetadata };

/** Series that were used last are remembered; a year has one for each output that is numbered. */
const rememberedSeries = 500;

/** Reservations that go into one append: what has come in while the one before was under way. */
const mostAtOnce = 200;

/**
 * Gives each application its number in a series, once: what was reserved for it before, by this
 * process or another, is found again. Each number is an event in the series' stream, appended with
 * the expected revision, so the order of the stream is the order of the numbers.
 */
export class NumberRegister {
  readonly #store: EventStore;
  readonly #series = new Map<string, Series>();

  constructor(store: EventStore) {
    this.#store = store;
  }

  /** @returns the application's place in the series, from 1; durable when it resolves */
  async reserve(series: NumberSeries, reservation: Reservation): Promise<number> {
    const stream = numberStream(series);
    const known = this.#series.get(stream) ?? new Series(this.#store, stream, series.output);
    // A map keeps the order of insertion: the first is the one that was used longest ago.
    this.#series.delete(stream);
    this.#series.set(stream, known);
    const oldest = this.#series.keys().next();
    if (this.#series.size > rememberedSeries && !oldest.done) this.#series.delete(oldest.value);
    return known.reserve(reservation);
  }
}

type Waiting = Reservation & {
  resolve: (sequence: number) => void;
  reject: (error: unknown) => void;
};

/** One series as far as it is known. It is read whole once, and from there on only what is new. */
class Series {
  readonly #store: EventStore;
  readonly #stream: string;
  readonly #output: string;
  readonly #sequences = new Map<string, number>();
  #revision = -1;
  #isRead = false;
  #waiting: Waiting[] = [];
  #isReserving = false;

  constructor(store: EventStore, stream: string, output: string) {
    this.#store = store;
    this.#stream = stream;
    this.#output = output;
  }

  reserve(reservation: Reservation): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#waiting.push({ ...reservation, resolve, reject });
    if (!this.#isReserving) void this.#reserveWaiting();
    return promise;
  }

  /** One append after the other, each for all who wait by then: a series has one next number. */
  async #reserveWaiting(): Promise<void> {
    this.#isReserving = true;
    while (this.#waiting.length > 0) {
      const together = this.#waiting.splice(0, mostAtOnce);
      try {
        await this.#reserveFor(together);
        for (const { application, resolve } of together) resolve(this.#sequenceOf(application));
      } catch (error) {
        for (const { reject } of together) reject(error);
      }
    }
    this.#isReserving = false;
  }

  async #reserveFor(reservations: readonly Reservation[]): Promise<void> {
    if (!this.#isRead) await this.#readOn();
    for (;;) {
      const missing = new Map(
        reservations
          .filter(({ application }) => !this.#sequences.has(application))
          .map((reservation) => [reservation.application, reservation]),
      );
      if (missing.size === 0) return;
      const known = this.#revision;
      const events = [...missing.values()].map((one, index) => this.#event(one, known + 2 + index));
      try {
        await this.#store.append(this.#stream, events, known < 0 ? 'no-stream' : known);
      } catch (error) {
        const isOvertaken =
          error instanceof WrongExpectedRevisionError || error instanceof EventIdConflictError;
        if (!isOvertaken) throw error;
        await this.#readOn();
        if (this.#revision === known) throw error;
        continue;
      }
      for (const application of missing.keys())
        this.#sequences.set(application, ++this.#revision + 1);
    }
  }

  #event({ application, metadata }: Reservation, sequence: number): NewEvent {
    return {
      // The same reservation, whoever makes it: made twice at the same place, it is one.
      id: derivedId('number', this.#stream, application),
      type: 'NumberReserved',
      data: { sequence, application, output: this.#output },
      metadata,
    };
  }

  async #readOn(): Promise<void> {
    for (const stored of await readStream(this.#store, this.#stream, {
      from: this.#revision + 1,
    })) {
      const { sequence, application } = readNumberEvent(stored).event.data;
      if (sequence !== stored.revision + 1) {
        throw new Error(
          `${this.#stream}@${stored.revision}: reserves ${sequence}, out of its order`,
        );
      }
      this.#sequences.set(application, sequence);
      this.#revision = stored.revision;
    }
    this.#isRead = true;
  }

  #sequenceOf(application: string): number {
    const sequence = this.#sequences.get(application);
    if (sequence === undefined) throw new Error(`${this.#stream}: nothing is reserved`);
    return sequence;
  }
}

/** How the names of number series' streams begin. */
export const numberPrefix = 'numbers-';

/** The stream of one series, and of no other. */
export function numberStream(series: NumberSeries): string {
  return `${numberPrefix}${seriesName(series)}`;
}

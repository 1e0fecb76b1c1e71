import type { KeyObject } from 'node:crypto';

/** A key that personal data are sealed with: its id stands in the events, the key never does. */
export type PersonalKey = { id: string; key: KeyObject };

/**
 * Where the keys of personal data live: outside the log, one an applicant. What is erased here cannot
 * be read anywhere any more, however often the events were copied.
 */
export type KeyRing = {
  /**
   * The key to seal an applicant's data with from now on: made, durably, where there is none. Two who
   * ask at once, also in two processes, are given the same.
   *
   * @throws KeyRingUnavailableError
   */
  keyFor(applicant: string): Promise<PersonalKey>;

  /** Keys by their ids; `erased` for one that was, nothing for one that was never here. */
  find(ids: readonly string[]): Promise<Map<string, KeyObject | 'erased'>>;

  /**
   * Has an applicant's data sealed with another key from now on.
   *
   * @returns the ids of all keys of the applicant until now: they still open what they sealed
   */
  retire(applicant: string): Promise<string[]>;

  /** Destroys keys, for good: once it resolves no file of the ring holds them. Known or not, erased or not. */
  erase(ids: readonly string[]): Promise<void>;

  close(): Promise<void>;
};

/** The ring cannot be read or written, or does not fit the master key: the message says what to do. */
export class KeyRingUnavailableError extends Error {
  override readonly name = 'KeyRingUnavailableError';
}

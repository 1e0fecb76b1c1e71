import {
  formatVkey,
  openNote,
  parseKeyIntroduction,
  parseVkey,
  type SigningKeyIntroduced,
  type VerifierKey,
  type Verify,
} from '@satu-atap/domain';

/** A key of a log, in the order in which keys were introduced. */
export type ChainedKey = VerifierKey & {
  vkey: string;
  /** Whether whoever verifies trusts it: they know it, or a key before it that they trust introduced it. */
  trusted: boolean;
};

/**
 * The keys of a log, each introduced by the one before it, the first by itself. Whoever trusts one of
 * them trusts those that follow: only its holder could have signed which is next.
 */
export class KeyChain {
  readonly #verify: Verify;
  readonly #trusted: ReadonlySet<string> | undefined;
  readonly #keys: ChainedKey[] = [];

  /** @param trusted vkeys that whoever verifies knows; when absent, the log's first is taken at its word */
  constructor(verify: Verify, trusted?: readonly string[]) {
    this.#verify = verify;
    this.#trusted = trusted && new Set(trusted);
  }

  get keys(): readonly ChainedKey[] {
    return this.#keys;
  }

  /** Those of the chain, and those that whoever verifies knows without it. */
  get known(): readonly VerifierKey[] {
    const given = [...(this.#trusted ?? [])].flatMap((vkey) => parseVkey(vkey) ?? []);
    return [...this.#keys, ...given];
  }

  /**
   * Those that may sign the next checkpoint: the newest, and what whoever verifies knows and the log has
   * not introduced, for its introduction may be what was altered. One that was replaced may not.
   */
  get signing(): readonly VerifierKey[] {
    const { newest } = this;
    const introduced = new Set(this.#keys.map(({ vkey }) => vkey));
    const given = [...(this.#trusted ?? [])].filter((vkey) => !introduced.has(vkey));
    return [...(newest ? [newest] : []), ...given.flatMap((vkey) => parseVkey(vkey) ?? [])];
  }

  /** Whether whoever verifies trusts what this key has signed. */
  trusts(key: VerifierKey): boolean {
    const vkey = formatVkey(key);
    const isGiven = this.#trusted?.has(vkey) ?? false;
    return isGiven || this.#keys.some((one) => one.vkey === vkey && one.trusted);
  }

  /** The key that signs now. */
  get newest(): ChainedKey | undefined {
    return this.#keys.at(-1);
  }

  /** @returns why this does not introduce the next key, or undefined once it has */
  introduce({ vkey, note }: SigningKeyIntroduced): string | undefined {
    const key = parseVkey(vkey);
    if (!key) return 'what it introduces is no key';
    const previous = this.newest;
    if (previous && key.name !== previous.name) return 'the key bears the name of another log';
    const opened = openNote(note, [previous ?? key], this.#verify);
    if (!opened) {
      return previous
        ? `it is not signed by the key before it, ${previous.vkey}`
        : 'the first key has not signed it';
    }
    if (parseKeyIntroduction(opened.text) !== vkey) return 'another key is signed than it names';
    const trusted = this.#trusted ? (previous?.trusted ?? false) || this.#trusted.has(vkey) : true;
    this.#keys.push({ ...key, vkey: formatVkey(key), trusted });
    return undefined;
  }
}

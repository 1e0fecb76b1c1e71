/**
 * `FIELDINSPECTION` → `fieldinspection`, `PENDING_APPROVAL` → `pending-approval`, `NewTL` → `new-tl`.
 * Empty when the name has no letters or digits.
 */
export function kebabCase(name: string): string {
  const kebab = wordsOf(name).join('-').toLowerCase();
  return /^[0-9]/.test(kebab) ? `n-${kebab}` : kebab;
}

/** `ModifySWConnection` → `Modify`, `SW`, `Connection` */
export function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);
}

/** Names that plain JavaScript objects have already. */
const taken = new Set(Object.getOwnPropertyNames(Object.prototype));
const longest = 64;

/** Gives each original name its own name here, always the same, and tells where that took thought. */
export class Names {
  readonly #kind: string;
  readonly #names = new Map<string, string>();
  readonly #used = new Set<string>();
  readonly #reserved: readonly string[];
  readonly decisions: string[] = [];

  /** @param kind what is named, for the report; @param reserved names with a meaning of their own */
  constructor(kind: string, reserved: readonly string[] = []) {
    this.#kind = kind;
    this.#reserved = reserved;
  }

  /** Lets an original name be this one. */
  fix(original: string, name: string): void {
    this.#names.set(original, name);
    this.#used.add(name);
  }

  /** @throws UnusableNameError when nothing of the original can be a name */
  of(original: string): string {
    const known = this.#names.get(original);
    if (known !== undefined) return known;
    const plain = kebabCase(original);
    if (plain === '') throw new UnusableNameError(this.#kind, original);
    const own = this.#reserved.includes(plain) || taken.has(plain) ? `digit-${plain}` : plain;
    let name = shortened(own, longest);
    for (let number = 2; this.#used.has(name); number++) {
      name = `${shortened(own, longest - 4)}-${number}`;
    }
    if (name !== plain) {
      const why =
        plain.length > longest ? 'is too long a name' : `would be "${plain}", which is taken`;
      this.decisions.push(`The ${this.#kind} ${original} ${why}; it is "${name}".`);
    }
    this.fix(original, name);
    return name;
  }
}

function shortened(name: string, length: number): string {
  return name.slice(0, length).replace(/-$/, '');
}

export class UnusableNameError extends Error {
  override readonly name = 'UnusableNameError';

  constructor(kind: string, original: string) {
    super(`the ${kind} "${original}" has no letters to make a name of; rename it in the source`);
  }
}

/** `PENDING_APPROVAL` → `Pending approval` */
export function readable(name: string): string {
  const text = kebabCase(name).replaceAll('-', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

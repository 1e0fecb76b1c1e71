/**
 * `FIELDINSPECTION` → `fieldinspection`, `PENDING_APPROVAL` → `pending-approval`, `NewTL` → `new-tl`,
 * `Vérifié` → `verifie`. Empty when the name has no letters of the Latin alphabet and no digits.
 */
export function kebabCase(name: string): string {
  const kebab = wordsOf(name).join('-').toLowerCase();
  return /^[0-9]/.test(kebab) ? `n-${kebab}` : kebab;
}

/** `ModifySWConnection` → `Modify`, `SW`, `Connection` */
export function wordsOf(name: string): string[] {
  return name
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);
}

/** Names that plain JavaScript objects have already. */
const taken = new Set(Object.getOwnPropertyNames(Object.prototype));
const longest = 62;

/** Gives each original name its own name here, always the same, and tells where that took thought. */
export class Names {
  readonly #kind: string;
  readonly #names = new Map<string, string>();
  readonly #used = new Set<string>();
  /** The number that a name got last, so that many alike take no search each. */
  readonly #numbers = new Map<string, number>();
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

  /** @param wanted what to make the name of, where that is not the original itself */
  of(original: string, wanted = original): string {
    const known = this.#names.get(original);
    if (known !== undefined) return known;
    const plain = kebabCase(wanted);
    const base = plain === '' ? this.#kind : plain;
    const own = this.#reserved.includes(base) || taken.has(base) ? `digit-${base}` : base;
    let name = shortened(own, longest);
    if (this.#used.has(name)) {
      const stem = shortened(own, longest - 7);
      let number = this.#numbers.get(stem) ?? 1;
      do name = `${stem}-${++number}`;
      while (this.#used.has(name));
      this.#numbers.set(stem, number);
    }
    if (name !== plain)
      this.decisions.push(`The ${this.#kind} ${original} ${why(plain)}; it is "${name}"`);
    this.fix(original, name);
    return name;
  }
}

function why(plain: string): string {
  if (plain === '') return 'has no Latin letters to make a name of';
  return plain.length > longest ? 'is too long a name' : `would be "${plain}", which is taken`;
}

function shortened(name: string, length: number): string {
  return name.slice(0, length).replace(/-$/, '');
}

/** `PENDING_APPROVAL` → `Pending approval`; a name in another alphabet stays as it is. */
export function readable(name: string): string {
  if (/[^\x20-\x7e\u00a0]/.test(name)) return name;
  const text = kebabCase(name).replaceAll('-', ' ');
  return text === '' ? name : text.charAt(0).toUpperCase() + text.slice(1);
}

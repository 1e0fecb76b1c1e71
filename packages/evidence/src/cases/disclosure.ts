import { createHmac } from 'node:crypto';

/** What an export tells of who and of what was written freely. */
export type Disclosure = {
  /** An applicant, an officer, or the resource of an imported event. */
  person(id: string): string;
  application(id: string): string;
  document(id: string): string;
  event(id: string): string;
  /**
   * Whether texts that people wrote are told, and numbers that lead to them elsewhere: comments, notes,
   * digests of documents, payment references, numbers of documents, text fields of forms.
   */
  texts: boolean;
  /** What the pseudonyms are made with; absent where there are none. */
  key?: Uint8Array;
};

const asIs = (id: string) => id;

/** As it is recorded. Applicants' names, names of files and personal fields are left out all the same. */
export const plain: Disclosure = {
  person: asIs,
  application: asIs,
  document: asIs,
  event: asIs,
  texts: true,
};

/** Persons whose pseudonyms are kept at hand: more than an office has officers. */
const remembered = 10_000;

/**
 * Ids replaced by HMAC-SHA-256 (RFC 2104), of which 128 bits are told: within an export the same id has
 * the same pseudonym, and without the key nobody can try ids until one fits.
 *
 * @param key at least 32 bytes; thrown away, the pseudonyms lead nowhere
 */
export function pseudonymous(key: Uint8Array): Disclosure {
  const pseudonym = (kind: string, id: string) =>
    createHmac('sha256', key).update(`${kind}\0${id}`).digest('hex').slice(0, 32);
  const persons = new Map<string, string>();
  return {
    person(id) {
      const known = persons.get(id);
      if (known !== undefined) return known;
      if (persons.size >= remembered) persons.clear();
      const made = pseudonym('person', id);
      persons.set(id, made);
      return made;
    },
    application: (id) => pseudonym('application', id),
    document: (id) => pseudonym('document', id),
    event: (id) => pseudonym('event', id),
    texts: false,
    key,
  };
}

/** With pseudonyms where there is a key, plain where there is none. */
export function disclosureBy(key: Uint8Array | undefined): Disclosure {
  return key ? pseudonymous(key) : plain;
}

import { z } from 'zod';

/** What JSON can hold: the only values that events, definitions and read models carry. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | JsonValue[]
  | { [key: string]: JsonValue };

export const jsonValue: z.ZodType<JsonValue> = z.json();

/**
 * The same value always gives the same text: keys sorted by code unit, no white space (the
 * canonical form of RFC 8785 for values without exotic numbers).
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    // Every event that is verified goes through here, so there is a loop where a chain would read better.
    const object = value as Record<string, unknown>;
    let text = '';
    for (const key of inOrder(Object.keys(object))) {
      const entry = object[key];
      if (entry === undefined) continue;
      text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(entry)}`;
    }
    return `{${text}}`;
  }
  return JSON.stringify(value);
}

/** The keys by code unit; few are sorted in place: `toSorted` takes longer to begin than that. */
function inOrder(keys: string[]): string[] {
  if (keys.length > fewKeys) return keys.toSorted();
  for (let index = 1; index < keys.length; index += 1) {
    const key = keys[index] ?? '';
    let place = index;
    for (let before = keys[place - 1]; before !== undefined && before > key;) {
      keys[place] = before;
      place -= 1;
      before = keys[place - 1];
    }
    keys[place] = key;
  }
  return keys;
}

const fewKeys = 16;

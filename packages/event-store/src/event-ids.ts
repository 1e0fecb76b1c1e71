import { v5 as uuidv5 } from 'uuid';

const namespace = '7d0fd5a4-3b52-5d0b-9c5e-6f0a1f3b8c21';

/** A UUID that the same parts always give: ids of commands, events and applications derive from causes. */
export function derivedId(...parts: readonly (string | number)[]): string {
  return uuidv5(JSON.stringify(parts), namespace);
}

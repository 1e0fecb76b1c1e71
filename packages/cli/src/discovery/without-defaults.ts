import type { ServiceDefinition } from '@satu-atap/domain';

/** A definition as one would write it: what is so anyway is left out. */
export function withoutDefaults(definition: ServiceDefinition): object {
  return pruned(definition) as object;
}

/** Values that the schema gives to what is left out. */
const defaults: Record<string, string> = {
  sets: '[]',
  set: '{}',
  comment: '"optional"',
  documents: '{}',
  fee: '{"kind":"free"}',
  warnAt: '0.8',
  required: 'false',
  personal: 'false',
};

function pruned(value: unknown, isNamed = true): unknown {
  if (Array.isArray(value)) return value.map((one) => pruned(one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      if (isNamed && defaults[key] === JSON.stringify(inner)) return [];
      // Keys of states, actions and fields are names, not words of the schema.
      return [[key, pruned(inner, !['on', 'states', 'form'].includes(key))]];
    }),
  );
}

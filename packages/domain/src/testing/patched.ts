import type { ServiceDefinitionInput } from '../service/definition.ts';
import { samplePermit } from './sample-service.ts';

/** The sample permit with a change: JSON Merge Patch (RFC 7396), where null takes out. */
export function patched(change: object): ServiceDefinitionInput {
  return merge(samplePermit, change) as ServiceDefinitionInput;
}

function merge(onto: unknown, change: unknown): unknown {
  if (typeof change !== 'object' || change === null || Array.isArray(change)) return change;
  const result = new Map(Object.entries(onto ?? {}));
  for (const [key, value] of Object.entries(change)) {
    if (value === null) result.delete(key);
    else result.set(key, merge(result.get(key), value));
  }
  return Object.fromEntries(result);
}

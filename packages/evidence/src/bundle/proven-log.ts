import {
  integrityHead,
  integrityStream,
  introducedKeys,
  readStream,
  type EventStore,
  type LogProver,
} from '@satu-atap/event-store';
import type { BundleLog } from './bundle-source.ts';
import { NoEvidenceError } from './no-evidence-error.ts';

/** The log of a store, with the proofs that its checkpoints allow. */
export function provenLog(store: EventStore, prover: LogProver): BundleLog {
  return {
    async newest() {
      return (await integrityHead(store)).checkpoint;
    },
    async inclusion(event, size) {
      const proof = await prover.inclusion(event, size);
      if (!('no' in proof)) return proof;
      if (proof.no === 'coverage') return undefined;
      const { stream, revision } = event;
      throw new NoEvidenceError({ because: 'not-as-signed', stream, revision });
    },
    async *keys() {
      for (const { revision } of await introducedKeys(store, await integrityHead(store))) {
        yield* await readStream(store, integrityStream, { from: revision, limit: 1 });
      }
    },
  };
}

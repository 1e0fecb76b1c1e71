import { z } from 'zod';
import { name } from '../names.ts';

/**
 * Somebody was given evidence, or was about to be: recorded before it is given. Who, and when, is in
 * the event's metadata.
 */
export const evidenceAccessed = z.strictObject({
  act: z.enum([
    'looked-at',
    'replayed',
    'verified',
    'proved',
    'exported',
    'bundled',
    'accesses-read',
  ]),
  /** Of one application; of all that the selection describes when absent. */
  application: z.uuid().exactOptional(),
  /** What was asked for, as it was asked: filters, an instant, a checkpoint. */
  selection: z.record(z.string().max(64), z.string().max(1000)).exactOptional(),
  /** Of an export: `xes`, `ocel-json`. */
  format: name.exactOptional(),
});
export type EvidenceAccess = z.infer<typeof evidenceAccessed>;

/** Every event of the record of accesses, by its name. */
export const evidenceEvents = { EvidenceAccessed: evidenceAccessed } as const;
export type EvidenceEvent = { type: 'EvidenceAccessed'; data: EvidenceAccess };

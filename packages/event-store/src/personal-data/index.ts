export {
  erasePersonalData,
  finishErasures,
  type Erasure,
  type ErasureRefused,
  type ErasureRequest,
  type ErasingOptions,
} from './erase.ts';
export { followErasures } from './follow-erasures.ts';
export type { RunningApplication } from './survey.ts';
export { erasurePrefix, erasureStream } from './erasure-stream.ts';
export { KeyRingUnavailableError } from './key-ring.ts';
export { openKeyRing, type KeyRingLocation } from './open-key-ring.ts';
export { isPlain, unsealed, type PlainEventStore } from './plain-event-store.ts';

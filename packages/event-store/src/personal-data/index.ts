export { SealedDataError } from './box.ts';
export {
  erasePersonalData,
  finishErasures,
  type ErasableDocuments,
  type Erasure,
  type ErasureRefused,
  type ErasureRequest,
  type ErasingOptions,
} from './erase.ts';
export { followErasures } from './follow-erasures.ts';
export type { RunningApplication } from './survey.ts';
export { erasurePrefix, erasureStream } from './erasure-stream.ts';
export { KeyRingUnavailableError, type KeyRing, type PersonalKey } from './key-ring.ts';
export { openKeyRing, type KeyRingLocation } from './open-key-ring.ts';
export {
  isPlain,
  unsealed,
  type Personal,
  type PlainEventStore,
  type UnsealedOptions,
} from './plain-event-store.ts';

export {
  newPrivateKey,
  noteSigner,
  privateKeyFrom,
  verifyEd25519,
  type NoteSigner,
} from './ed25519.ts';
export {
  BrokenRecordError,
  integrityHead,
  integrityStream,
  introducedKeys,
  recordedCheckpoints,
  type IntegrityHead,
  type RecordedCheckpoint,
} from './integrity-stream.ts';
export { KeyChain, type ChainedKey } from './key-chain.ts';
export { differenceInWords, type EventPlace, type LogDifference } from './log-difference.ts';
export type { OutsideCheckpoints } from './outside-checkpoints.ts';
export {
  signCheckpoints,
  signedTree,
  WrongSigningKeyError,
  type Signing,
} from './sign-checkpoints.ts';
export { verifyLog, type LogVerification, type VerifyLogOptions } from './verify-log.ts';
export { checkpointFiles, latestCheckpointFile, writeCheckpointFile } from './checkpoint-files.ts';
export { LogProver, type NoProof } from './log-prover.ts';
export {
  NoSigningKeyError,
  openSigner,
  rotateSigningKey,
  type SigningKeyPlace,
} from './signing-key-file.ts';

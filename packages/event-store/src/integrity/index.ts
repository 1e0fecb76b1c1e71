export { newPrivateKey, noteSigner, privateKeyFrom, verifyEd25519 } from './ed25519.ts';
export {
  BrokenRecordError,
  integrityHead,
  integrityStream,
  introducedKeys,
  recordedCheckpoints,
  type RecordedCheckpoint,
} from './integrity-stream.ts';
export { KeyChain, type ChainedKey } from './key-chain.ts';
export { differenceInWords } from './log-difference.ts';
export { signCheckpoints, signedTree, WrongSigningKeyError } from './sign-checkpoints.ts';
export { verifyLog, type LogVerification } from './verify-log.ts';
export { checkpointFiles, latestCheckpointFile, writeCheckpointFile } from './checkpoint-files.ts';
export { LogProver, type NoProof } from './log-prover.ts';
export {
  NoSigningKeyError,
  openSigner,
  rotateSigningKey,
  type SigningKeyPlace,
} from './signing-key-file.ts';

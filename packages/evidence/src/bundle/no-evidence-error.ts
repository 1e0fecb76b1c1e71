/** Why there is no bundle of an application, or of any. */
export type NoEvidence =
  | { because: 'no-checkpoint' }
  /** No checkpoint covers anything of it yet. */
  | { because: 'not-covered'; application: string }
  /** An event is not the one that was signed. */
  | { because: 'not-as-signed'; stream: string; revision: number };

/** Evidence was asked for, and there is none to give. */
export class NoEvidenceError extends Error {
  override readonly name = 'NoEvidenceError';
  readonly reason: NoEvidence;

  constructor(reason: NoEvidence) {
    super(inWords(reason));
    this.reason = reason;
  }
}

function inWords(reason: NoEvidence): string {
  switch (reason.because) {
    case 'no-checkpoint':
      return 'no checkpoint of the log has been signed yet';
    case 'not-covered':
      return `the newest checkpoint covers nothing of application ${reason.application}`;
    case 'not-as-signed':
      return `${reason.stream}@${reason.revision} is not the event that was signed`;
  }
}

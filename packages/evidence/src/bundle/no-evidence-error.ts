/** Why there is no bundle. */
export class NoEvidenceError extends Error {
  override readonly name = 'NoEvidenceError';
  readonly application: string | undefined;

  constructor(message: string, application?: string) {
    super(message);
    this.application = application;
  }
}

import type { Fault } from './digit-find.ts';
import { Notes } from './digit-notes.ts';

/** What became of a DIGIT service: nothing is chosen or left out in silence. */
export class ImportReport {
  /** What was chosen where DIGIT leaves a choice. */
  readonly decided: Notes = new Notes();
  /** What the file says and the definition does not. */
  readonly notCarried: Notes = new Notes();
  /** What nobody can decide but the one who has the file; with any of them nothing is imported. */
  readonly faults: Fault[] = [];

  fault(line: number, message: string): void {
    this.faults.push({ line, message });
  }

  /** @throws NotImportableError with all the faults found so far, if any */
  stopAtFaults(): void {
    if (this.faults.length > 0) throw new NotImportableError(this.faults);
  }
}

/** Why a service cannot be imported, for the person who has its file. */
export class NotImportableError extends Error {
  override readonly name = 'NotImportableError';
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(faults.map(({ line, message }) => `line ${line}: ${message}`).join('; '));
    this.faults = faults;
  }
}

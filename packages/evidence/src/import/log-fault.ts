/** Where in a file: lines and columns from 1; a line of 0 means the file as a whole. */
export type Place = { line: number; column: number };

/** Why a file cannot be taken over, for the person who has it: where, which rule, and the way out. */
export class LogFault extends Error {
  override readonly name = 'LogFault';
  readonly place: Place | undefined;

  constructor(message: string, place?: Place) {
    super(message);
    this.place = place;
  }

  /** One line: `receipt.xes:12:5: …`. @param file its name as the reader knows it */
  in(file: string): string {
    const { place, message } = this;
    return place ? `${file}:${place.line}:${place.column}: ${message}` : `${file}: ${message}`;
  }
}

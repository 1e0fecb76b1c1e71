/** What became of a DIGIT file: nothing is chosen or left out in silence. */
export type ImportReport = {
  /** What was chosen where DIGIT leaves a choice. */
  decided: string[];
  /** What the file says and the definition does not. */
  notCarried: string[];
};

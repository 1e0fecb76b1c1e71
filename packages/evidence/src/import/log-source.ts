import type { LogFile } from './log-file.ts';
import type { LogPart } from './log-part.ts';
import { readXes } from './xes-reader.ts';

/** A log that can be read twice: to judge it, and to take it over. */
export type LogSource = {
  format: 'xes' | 'csv';
  file: LogFile;
  /** Its parts from the beginning; the header last. @throws LogFault */
  parts(): AsyncGenerator<LogPart[]>;
  /** Removes what reading it has left. */
  close(): Promise<void>;
};

export function xesSource(file: LogFile): LogSource {
  return {
    format: 'xes',
    file,
    parts: () => readXes(file.text()),
    close: () => file.close(),
  };
}

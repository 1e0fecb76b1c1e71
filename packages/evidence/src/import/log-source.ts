import type { LogFile } from './log-file.ts';
import type { LogPart } from './log-part.ts';
import { Spool } from './spool.ts';
import { readXes } from './xes-reader.ts';

/** A log whose parts can be had twice, and are the same: to judge it, and to take it over. */
export type LogSource = {
  format: 'xes' | 'csv';
  file: LogFile;
  /** Its parts from the beginning; the header last. @throws LogFault */
  parts(): AsyncGenerator<LogPart[]>;
  /** Removes what reading it has left. */
  close(): Promise<void>;
};

/** A log in XES: parsed once, what was judged is what is given again. */
export function xesSource(file: LogFile): LogSource {
  const spool = new Spool();
  let isRead = false;
  return {
    format: 'xes',
    file,
    async *parts() {
      if (isRead) {
        yield* spool.parts();
        return;
      }
      for await (const parts of readXes(file.text())) {
        await spool.add(parts);
        // Whoever has the header asks for nothing more.
        isRead = parts.at(-1)?.kind === 'header';
        yield parts;
      }
    },
    async close() {
      await spool.close();
      await file.close();
    },
  };
}

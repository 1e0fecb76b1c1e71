import type { LogAttribute, LogHeader, LogImportBegun } from '@satu-atap/domain';
import { DirectlyFollows, TooManyActivitiesError } from '../discovery/directly-follows.ts';
import {
  caseFacts,
  classifierKeys,
  unnamedActivity,
  type CaseFacts,
  type Reading,
} from './case-facts.ts';
import { LogFault } from './log-fault.ts';
import type { LogSource } from './log-source.ts';

/** All that was found in a log, before anything of it is taken over. */
export type Survey = {
  file: string;
  sha256: string;
  bytes: number;
  format: LogSource['format'];
  header: LogHeader;
  attributes: LogAttribute[];
  csv: LogImportBegun['csv'];
  /** Elements of other vocabularies that were left out. */
  foreign: number;
  looseEvents: number;
  reading: Reading;
  graph: DirectlyFollows;
  /** Events without a time of their own; cases of which no event has one. */
  untimed: { events: number; cases: number };
};

export type SurveyOptions = {
  /** The name of a classifier of the log; activity and lifecycle when absent. */
  classifier?: string | undefined;
  timeZone: string;
  /** Told of each case, with its place in the log. */
  each?: (facts: CaseFacts, place: number) => void;
  /** Called now and then, with what was read so far. */
  progress?: (read: { cases: number; events: number }) => void;
};

/**
 * Reads a whole log, finds it sound or says why it is not, and what is in it. Changes nothing anywhere.
 *
 * @throws LogFault
 */
export async function surveyLog(source: LogSource, options: SurveyOptions): Promise<Survey> {
  const { classifier, timeZone, each, progress } = options;
  const graph = new DirectlyFollows();
  const untimed = { events: 0, cases: 0 };
  let looseEvents = 0;
  let reading: Reading | undefined;
  const readingBy = (header: LogHeader): Reading => ({
    classifier: classifierKeys(header, classifier),
    unnamed: unnamedActivity(header),
    timeZone,
  });
  for await (const parts of source.parts()) {
    for (const part of parts) {
      if (part.kind === 'begin') reading = readingBy(part.header);
      else if (part.kind === 'event') looseEvents++;
      else if (part.kind === 'case') {
        if (!reading) throw new Error('a case came before the beginning');
        const facts = caseFacts(part.case, graph.cases, reading);
        each?.(facts, graph.cases);
        addTo(graph, facts, untimed);
      } else {
        const { file, format } = source;
        const { header, attributes, foreign, csv } = part;
        reading ??= readingBy(header);
        const { name, sha256, bytes } = file;
        const found = { file: name, sha256, bytes, format, header, attributes, csv, foreign };
        return { ...found, looseEvents, reading, graph, untimed };
      }
    }
    progress?.({ cases: graph.cases, events: graph.events });
  }
  throw new Error('a log ended without its header');
}

function addTo(graph: DirectlyFollows, facts: CaseFacts, untimed: Survey['untimed']): void {
  try {
    graph.add(facts.events.map(({ activity }) => activity));
  } catch (error) {
    if (!(error instanceof TooManyActivitiesError)) throw error;
    throw new LogFault(`${error.message}: name with --classifier what tells activities apart`);
  }
  const without = facts.events.filter(({ timed }) => !timed).length;
  untimed.events += without;
  if (without > 0 && without === facts.events.length) untimed.cases++;
}

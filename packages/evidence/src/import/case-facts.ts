import type { LogAttribute, LogHeader } from '@satu-atap/domain';
import { LogFault } from './log-fault.ts';
import { logInstant } from './log-instant.ts';
import { valueOf, type LogCase, type LogEvent } from './log-part.ts';

/** How a log is to be understood. */
export type Reading = {
  /** Keys whose values together name an activity. */
  classifier: readonly string[];
  /** What an activity is called that has no name of its own. */
  unnamed: string;
  /** Of times that name none. */
  timeZone: string;
};

/** What an event says, beside its attributes. */
export type EventFacts = {
  activity: string;
  /** ISO 8601 in UTC; undefined when neither the event nor its case has a time. */
  at: string | undefined;
  /** Whether that is its own time. */
  timed: boolean;
  attributes: LogAttribute[];
};

export type CaseFacts = { name: string; attributes: LogAttribute[]; events: EventFacts[] };

/** What tells activities apart when nobody says otherwise. */
export const usualClassifier = ['concept:name', 'lifecycle:transition'] as const;

/**
 * Reads a case: what it is called, and of each event the activity and the time. An event without a time
 * takes that of the event before it; at the beginning of a case, that of the first that has one.
 *
 * @param place of the case in its log, from 0: names a case that has no name
 * @throws LogFault for a `time:timestamp` that is no time
 */
export function caseFacts(one: LogCase, place: number, reading: Reading): CaseFacts {
  const times = one.events.map((event) => timeOf(event, reading.timeZone));
  let last = times.find((time) => time !== undefined);
  const events = one.events.map(({ attributes }, index): EventFacts => {
    last = times[index] ?? last;
    const timed = times[index] !== undefined;
    return { activity: activityOf(attributes, reading), at: last, timed, attributes };
  });
  const name = valueOf(one.attributes, 'concept:name') ?? `case-${place + 1}`;
  return { name, attributes: one.attributes, events };
}

function timeOf({ attributes, place }: LogEvent, timeZone: string): string | undefined {
  const written = valueOf(attributes, 'time:timestamp');
  if (written === undefined || written.trim() === '') return undefined;
  const instant = logInstant(written, timeZone);
  if (instant !== undefined) return instant;
  throw new LogFault(
    `has "${written.slice(0, 40)}" as the time of an event (time:timestamp), ` +
      'which is no time like 2011-10-11T13:45:40.276+02:00',
    place,
  );
}

/**
 * The activity of an event: the values of the classifier's keys, joined by `+`. A lifecycle that is
 * `complete`, or not there, is left out: that is what an event is that says nothing of it.
 */
function activityOf(attributes: readonly LogAttribute[], { classifier, unnamed }: Reading): string {
  const values = classifier.flatMap((key) => {
    const value = valueOf(attributes, key);
    if (key !== 'lifecycle:transition') return value ?? (key === 'concept:name' ? unnamed : '');
    return value === undefined || value.toLowerCase() === 'complete' ? [] : value;
  });
  return values.join('+');
}

/**
 * The name of activities that have none: what the log declares for all its events (IEEE 1849-2016, 4.2:
 * a global attribute's value stands for one that is missing).
 */
export function unnamedActivity(header: LogHeader | undefined): string {
  const globals = header?.globals.find(({ scope }) => scope !== 'trace')?.attributes ?? [];
  return valueOf(globals, 'concept:name') ?? 'unnamed';
}

/**
 * The keys of a classifier of the log, which separates them by blanks; keys that hold some stand in
 * single quotes.
 *
 * @throws LogFault when the log has none of that name
 */
export function classifierKeys(header: LogHeader, wanted: string | undefined): string[] {
  if (wanted === undefined) return [...usualClassifier];
  const found = header.classifiers.find(({ name }) => name === wanted);
  if (!found) {
    const names = header.classifiers.map(({ name }) => `"${name}"`).join(', ');
    throw new LogFault(`has no classifier "${wanted}"; it has ${names || 'none'}`);
  }
  const keys = [...found.keys.matchAll(/'([^']*)'|(\S+)/g)];
  return keys.map(([, quoted, plain]) => quoted ?? plain ?? '');
}

import { z } from 'zod';
import { pinnedService } from '../application/events.ts';
import { name } from '../names.ts';
import { logAttributes } from './log-attribute.ts';

const count = z.int().min(0);
const text = z.string().max(10_000);

/** What stands in a log beside its cases and events (IEEE 1849-2016, 4.2), in the order of the file. */
const logHeader = z.strictObject({
  /** Attributes of the `log` element itself, such as `xes.version`. */
  element: z.record(z.string().max(1000), text),
  extensions: z.array(z.strictObject({ name: text, prefix: text, uri: text })).max(10_000),
  globals: z.array(z.strictObject({ scope: text, attributes: logAttributes })).max(100),
  classifiers: z
    .array(z.strictObject({ name: text, scope: text.exactOptional(), keys: text }))
    .max(10_000),
});
export type LogHeader = z.infer<typeof logHeader>;

/** A column of a CSV file, and the key of the attribute that its cells became. */
const logColumn = z.strictObject({
  column: text,
  of: z.enum(['case', 'event']),
  key: text,
});

/**
 * The log of another system is about to be taken over: everything in it was read and found sound. Who
 * does it, and when, is in the event's metadata.
 */
const logImportBegun = z.strictObject({
  /** The file's name, without the folder it lay in. */
  file: z.string().min(1).max(1000),
  /** Of the file's bytes, packed as they lay there. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: count,
  format: z.enum(['xes', 'csv']),
  /** `events` are those of cases; `looseEvents` belong to none. */
  counts: z.strictObject({
    cases: count,
    events: count,
    variants: count,
    activities: count,
    looseEvents: count,
  }),
  /** Keys whose values together name an event's activity. */
  classifier: z.array(text).min(1).max(100),
  header: logHeader,
  /** Of a CSV file only. */
  csv: z
    .strictObject({ delimiter: z.string().length(1), columns: z.array(logColumn).max(10_000) })
    .exactOptional(),
  /** The zone of times that name none. */
  timeZone: z.string().max(100),
  office: name,
  /** What the cases were put under: a definition discovered from the log, or one that was given. */
  service: pinnedService,
  definition: z.enum(['discovered', 'given']),
  /** Steps that the given definition would not have allowed. */
  deviations: count,
  /** Identifies how it was asked to be taken over: the same again goes on, another way is refused. */
  request: z.string().regex(/^[0-9a-f]{64}$/),
});

/** Attributes of the log itself; as many of these events as it takes, in order. */
const logAttributesRecorded = z.strictObject({
  attributes: logAttributes,
  /**
   * So many levels of the first of them are those of the last attribute of the event before, written
   * again: only what lies deeper is new.
   */
  continued: z.int().min(1).exactOptional(),
});

/** Events that belong to no case, each as its attributes; as many of these as it takes, in order. */
const logEventsRecorded = z.strictObject({ events: z.array(logAttributes) });

/** Every case of the log is an application now. */
const logImportCompleted = z.strictObject({ applications: count, events: count });

/** Every event of the import of a log, by its name. Its stream is `imported-log-<id>`. */
export const importedLogEvents = {
  LogImportBegun: logImportBegun,
  LogAttributesRecorded: logAttributesRecorded,
  LogEventsRecorded: logEventsRecorded,
  LogImportCompleted: logImportCompleted,
} as const;
export type ImportedLogEvent = {
  [Type in keyof typeof importedLogEvents]: {
    type: Type;
    data: z.infer<(typeof importedLogEvents)[Type]>;
  };
}[keyof typeof importedLogEvents];
export type LogImportBegun = z.infer<typeof logImportBegun>;

/**
 * The role of whoever acted in a case of a foreign log, beside the roles that the log names. A service
 * that this role alone submits takes no applications: it describes what was, and promises nothing.
 */
export const importedRole = 'imported';

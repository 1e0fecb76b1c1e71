import { calendarReference, duration, instant, localized, name } from '@satu-atap/domain';
import { z } from 'zod';
import { clockMark } from './schemas.ts';

/** The shapes of answers about the clocks of one application. */
const subject = z.strictObject({
  kind: z.enum(['service', 'state', 'deadline']),
  title: localized,
  state: z.string().exactOptional().meta({ description: 'Path of the state.' }),
});

const difference = z.strictObject({
  text: localized,
  from: z.iso.date().exactOptional(),
  to: z.iso.date().exactOptional(),
});

const cause = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('stood-still'), from: instant, to: instant }),
  z.strictObject({ kind: z.literal('extended'), by: duration, legalGround: localized }),
  z.strictObject({ kind: z.literal('migrated'), from: z.int(), to: z.int() }),
  z.strictObject({
    kind: z.literal('calendar'),
    calendar: calendarReference,
    differences: z.array(difference).meta({
      description: 'What that version says differently about the days of this clock.',
    }),
  }),
  z.strictObject({ kind: z.literal('ended') }),
]);

const dueChange = z
  .strictObject({ at: instant, was: instant, now: instant, because: cause, text: localized })
  .meta({ id: 'DueChange', description: 'Was due, now due, because.' });

const pauseFigures = z
  .strictObject({
    count: z.int(),
    minutes: z.int().meta({ description: 'In the kind of time that the standard is in.' }),
    shortlyBeforeDue: z.int().meta({
      description: 'How many began in the last tenth of the promised time.',
    }),
  })
  .meta({ id: 'PauseFigures', description: 'How often and how long a clock stood still.' });

export const clockOfApplication = z
  .strictObject({
    clock: z.string(),
    subject,
    unit: name,
    standard: duration,
    mode: z.enum(['running', 'paused', 'stopped', 'ended']),
    startedAt: instant,
    dueAt: instant.exactOptional().meta({ description: 'Unknown while it stands still.' }),
    warnAt: instant.exactOptional(),
    endedAt: instant.exactOptional(),
    pauses: z.array(z.strictObject({ from: instant, to: instant.exactOptional() })),
    stoodStill: pauseFigures,
    extensions: z.array(
      z.strictObject({ at: instant, by: duration, legalGround: localized.exactOptional() }),
    ),
    migrations: z.array(z.strictObject({ at: instant, from: z.int(), to: z.int() })),
    takes: z
      .strictObject({ action: name, legalGround: localized })
      .exactOptional()
      .meta({ description: 'What the engine does by itself when it is due.' }),
    calendar: calendarReference,
    marks: clockMark.meta({ description: 'What was recorded of it and still holds.' }),
    changes: z.array(dueChange).meta({ description: 'Every change of its due date, in order.' }),
  })
  .meta({ id: 'ClockOfApplication' });

/** Every kind of line has these; what else it has depends on its kind. */
const line = z.looseObject({ kind: z.string(), text: localized });

export const explainedClock = clockOfApplication
  .extend({
    timeZone: z.string(),
    lines: z.array(line),
    inWords: z.array(z.string()).meta({
      description: 'The lines and the changes in the language of `Accept-Language`.',
    }),
  })
  .meta({ id: 'ExplainedClock', description: 'A clock, and line by line why it is due then.' });

export type ClockOfApplicationView = z.infer<typeof clockOfApplication>;
export type ExplainedClockView = z.infer<typeof explainedClock>;

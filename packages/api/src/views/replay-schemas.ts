import { actor, calendarReference, duration, instant, localized, name } from '@satu-atap/domain';
import { z } from 'zod';
import { applicationDetail, clockMark, slaStatus } from './schemas.ts';

/** An event, whatever it says: its data are as the history has them. */
const replayedEvent = z
  .strictObject({
    revision: z.int(),
    type: z.string(),
    occurredAt: instant,
    actor,
    command: z.uuid(),
    data: z.looseObject({}),
    text: z.strictObject({ title: localized, details: z.array(localized) }),
  })
  .meta({ id: 'ReplayedEvent' });

const clockThen = z
  .strictObject({
    clock: z.string(),
    subject: z.looseObject({ kind: z.enum(['service', 'state', 'deadline']), title: localized }),
    unit: name,
    standard: duration,
    mode: z.enum(['running', 'paused', 'stopped', 'ended']),
    startedAt: instant,
    dueAt: instant.exactOptional().meta({ description: 'Unknown while it stood still.' }),
    warnAt: instant.exactOptional(),
    endedAt: instant.exactOptional(),
    pauses: z.array(z.strictObject({ from: instant, to: instant.exactOptional() })),
    calendar: calendarReference,
    marks: clockMark,
    isOverdue: z.boolean(),
  })
  .meta({ id: 'ClockThen', description: 'A clock as it was counted at the moment.' });

const actionThen = z
  .strictObject({
    action: name,
    title: localized,
    roles: z.array(name),
    unit: name.meta({ description: 'The unit whose officers take it.' }),
    sets: z.array(z.string()),
    comment: z.enum(['required', 'optional']),
    refusal: z
      .looseObject({ type: z.string(), detail: localized })
      .exactOptional()
      .meta({ description: 'Nobody could have taken it, and why.' }),
    heldBy: z
      .string()
      .exactOptional()
      .meta({ description: 'The officer who held the file there.' }),
    notBy: z
      .array(z.string())
      .exactOptional()
      .meta({ description: 'Whom four eyes kept from it.' }),
  })
  .meta({ id: 'ActionThen' });

/** An application as it stood at a moment. */
export const replayed = z
  .strictObject({
    id: z.uuid(),
    revision: z.int(),
    asOf: instant.meta({ description: 'Clocks are counted as of then.' }),
    event: replayedEvent.meta({ description: 'What led there.' }),
    service: z.strictObject({
      id: z.string(),
      version: z.int(),
      digest: z.string(),
      title: localized,
    }),
    calendars: z.array(calendarReference).meta({ description: 'In force then, as known then.' }),
    states: z.array(z.string()),
    slaStatus,
    clocks: z.array(clockThen),
    actions: z.array(actionThen),
    facts: applicationDetail.shape.facts,
    previous: z.string().exactOptional().meta({ description: 'The revision before, as a link.' }),
    next: z.string().exactOptional().meta({ description: 'The revision after, as a link.' }),
  })
  .meta({ id: 'Replayed', description: 'An application exactly as it stood at a moment.' });

const clockStanding = z.strictObject({
  mode: z.enum(['running', 'paused', 'stopped', 'ended']),
  dueAt: instant.exactOptional(),
  calendar: calendarReference,
});

/** What lies between two moments. */
export const replayDifferenceAnswer = z
  .strictObject({
    id: z.uuid(),
    from: z.strictObject({ revision: z.int(), asOf: instant, states: z.array(z.string()) }),
    to: z.strictObject({ revision: z.int(), asOf: instant, states: z.array(z.string()) }),
    facts: z.array(
      z.strictObject({
        path: z.string(),
        before: z.unknown().optional(),
        after: z.unknown().optional(),
      }),
    ),
    clocks: z.array(
      z.strictObject({
        clock: z.string(),
        before: clockStanding.exactOptional(),
        after: clockStanding.exactOptional(),
      }),
    ),
    events: z.array(replayedEvent),
  })
  .meta({ id: 'ReplayDifference' });

export type ReplayedView = z.infer<typeof replayed>;
export type ReplayDifferenceView = z.infer<typeof replayDifferenceAnswer>;

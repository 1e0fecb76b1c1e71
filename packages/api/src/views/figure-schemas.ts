import { name, serviceId } from '@satu-atap/domain';
import { z } from 'zod';

/** The shapes of supervisors' figures. */
const times = z
  .strictObject({ count: z.int(), p50: z.number(), p90: z.number(), p95: z.number() })
  .meta({
    id: 'Times',
    description: 'Percentiles in minutes, each within 1 %; `count` is of how many values.',
  });

export const openFigures = z
  .strictObject({
    open: z.int(),
    dueToday: z.int().meta({ description: 'Due on the local date, late by now or not.' }),
    onTime: z.int(),
    atRisk: z.int(),
    overdue: z.int(),
    paused: z.int().meta({ description: 'The promise stands still: the applicant has the file.' }),
    notStarted: z.int(),
    doneInTime: z
      .int()
      .meta({ description: 'The promise was kept: the file waits to be collected.' }),
    doneLate: z.int(),
  })
  .meta({ id: 'OpenFigures', description: 'Applications that have not ended, as they stand now.' });

export const finishedFigures = z
  .strictObject({
    received: z.int(),
    finished: z.int(),
    inTime: z.int(),
    late: z.int(),
    pauses: z.int().meta({ description: 'How often their promises stood still.' }),
    outcomes: z.record(z.string(), z.int()),
    times: z.strictObject({
      working: times.exactOptional().meta({ description: 'Working time of the promise.' }),
      units: times.exactOptional().meta({ description: 'Working time in the hands of units.' }),
      applicant: times.exactOptional().meta({
        description: 'By the wall clock, where the promise did not run.',
      }),
      waiting: times.exactOptional().meta({
        description: 'Working time until officers took it into hand.',
      }),
    }),
  })
  .meta({ id: 'FinishedFigures', description: 'What was received and ended in the period.' });

export const visitFigures = z
  .strictObject({
    visits: z.int().meta({ description: 'Stays in the step that ended in the period.' }),
    kept: z.int().meta({ description: 'Of those with a standard of their own.' }),
    missed: z.int(),
    promiseUsed: z.number().meta({
      description: "Mean share of the service's promise that one took, in per cent.",
    }),
    times: z.strictObject({ working: times.exactOptional(), waiting: times.exactOptional() }),
  })
  .meta({ id: 'VisitFigures', description: 'What left the step in the period.' });

const links = z
  .record(z.string(), z.string())
  .meta({ description: 'The applications behind each figure: addresses of lists.' });

export const period = {
  from: z.iso.date(),
  to: z.iso.date(),
};

export const fileFigures = z
  .strictObject({
    office: name.exactOptional(),
    unit: name.exactOptional(),
    service: serviceId.exactOptional(),
    channel: z.enum(['online', 'counter']).exactOptional(),
    now: openFigures,
    period: finishedFigures,
    applications: links,
  })
  .meta({ id: 'FileFigures' });

export const stepFigures = z
  .strictObject({
    office: name.exactOptional(),
    unit: name.exactOptional(),
    service: serviceId.exactOptional(),
    step: z.string().exactOptional(),
    now: openFigures,
    period: visitFigures,
    applications: links,
  })
  .meta({ id: 'StepFigures' });

export const officerFigures = z
  .strictObject({
    office: name,
    unit: name,
    officer: z.string(),
    now: openFigures,
    period: visitFigures,
    applications: links,
  })
  .meta({ id: 'OfficerFigures' });

export const trendPoint = z
  .strictObject({ ...period, period: finishedFigures, applications: links })
  .meta({ id: 'TrendPoint' });

export const ageGroup = z
  .strictObject({
    from: z.int().exactOptional().meta({ description: 'Working days used, at least.' }),
    to: z.int().exactOptional().meta({ description: 'And at most.' }),
    applications: z.int(),
  })
  .meta({
    id: 'AgeGroup',
    description:
      'Open applications by working days of their promise; without days: it does not run.',
  });

/** A list of figures for a period. */
export function figuresOf<Row extends z.ZodType>(row: Row) {
  return z.strictObject({ ...period, items: z.array(row) });
}

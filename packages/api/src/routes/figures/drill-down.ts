import { name, statePath } from '@satu-atap/domain';
import type { ApplicationFilter } from '@satu-atap/projections';
import { z } from 'zod';
import { yesOrNo } from '../common.ts';

const date = z.iso.date();

/** What a list of applications takes so that it shows those behind a figure. Dates are local. */
export const figureFilters = {
  channel: z.enum(['online', 'counter']).optional(),
  serviceUnit: name.optional().meta({
    description: 'The unit that answers for the service, wherever the file is.',
  }),
  holder: z.string().min(1).max(200).optional().meta({
    description: 'The officer who holds it; in `state` and `unit`, where they are given.',
  }),
  submittedFrom: date.optional(),
  submittedTo: date.optional(),
  endedFrom: date.optional(),
  endedTo: date.optional(),
  outcome: name.optional(),
  dueOn: date.optional().meta({ description: 'Open ones whose promise is due on this day.' }),
  left: statePath.optional().meta({ description: 'A step that it has left.' }),
  leftUnit: name.optional().meta({ description: 'The unit of a step that it has left.' }),
  leftBy: z.string().min(1).max(200).optional().meta({
    description: 'The officer who took the step that led out of there.',
  }),
  leftFrom: date.optional(),
  leftTo: date.optional(),
  leftKept: yesOrNo.optional().meta({
    description: 'Whether the standard of that step was kept.',
  }),
};

type Asked = z.output<z.ZodObject<typeof figureFilters>> & ApplicationFilter;

/** The filter that a query stands for. */
export function filterOf({
  submittedFrom,
  submittedTo,
  endedFrom,
  endedTo,
  left: step,
  leftUnit: unit,
  leftBy: officer,
  leftFrom,
  leftTo,
  leftKept: kept,
  ...asked
}: Asked): ApplicationFilter {
  const left = dates(leftFrom, leftTo);
  const visit = { step, unit, officer, left, kept };
  return {
    ...asked,
    submitted: dates(submittedFrom, submittedTo),
    endedOn: dates(endedFrom, endedTo),
    visit: Object.values(visit).some((value) => value !== undefined) ? visit : undefined,
  };
}

function dates(from: string | undefined, to: string | undefined): ApplicationFilter['endedOn'] {
  return from === undefined && to === undefined ? undefined : { from, to };
}

/** The address of a list of applications. */
export type ListQuery = Record<string, string | undefined>;

export function listOf(query: ListQuery): string {
  const set = Object.entries(query).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as [string, string]],
  );
  return `/api/v1/applications?${new URLSearchParams(set).toString()}`;
}

import { builtInRoles, type Actor } from '@satu-atap/domain';
import type { Between, Todays } from '@satu-atap/projections';
import { z } from 'zod';
import { officerScope } from '../../access.ts';
import type { Api } from '../../api-options.ts';
import { readHeaders } from '../../http/headers.ts';
import type { Call } from '../../http/route.ts';
import { isProblematic, type Problematic } from '../../problems/problem.ts';
import { upToDate } from '../../up-to-date.ts';
import { filters } from '../common.ts';

/** Longest period that can be asked about, in days. */
const longestPeriod = 3660;
/** Days, today included, that are told where nobody says which. */
const usualPeriod = 30;

const date = z.iso.date();

/** What every question about a period takes. */
export const periodQuery = {
  from: date.optional().meta({
    description: `First local date of the period; ${usualPeriod} days up to \`to\` when left out.`,
  }),
  to: date.optional().meta({ description: 'Last local date of the period; today when left out.' }),
};

/** Where figures are told of. */
export const placeQuery = {
  office: filters.office,
  unit: filters.unit,
  service: filters.service,
};

export const channelQuery = { channel: z.enum(['online', 'counter']).optional() };

/** What figures are told by: some of these names, separated by commas. */
export function byQuery<const Name extends string>(names: readonly Name[], usual: Name[]) {
  const pattern = new RegExp(`^(${names.join('|')})(,(${names.join('|')}))*$`);
  return z
    .string()
    .regex(pattern, { error: `must be some of ${names.join(', ')}, separated by commas` })
    .transform((text) => [...new Set(text.split(','))] as Name[])
    .default(usual)
    .meta({ description: `Some of ${names.join(', ')}, separated by commas.` });
}

/** Adds what no single parameter can be told of: that the period has a beginning and an end. */
export function withPeriod<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject({ ...shape, ...periodQuery }).refine(
    (query) => {
      const { from, to } = query as { from?: string; to?: string };
      if (from === undefined || to === undefined) return true;
      return from <= to && daysBetween(from, to) < longestPeriod;
    },
    { path: ['to'], error: `must not be before \`from\`, nor ${longestPeriod} days after` },
  );
}

function daysBetween(from: string, to: string): number {
  return Temporal.PlainDate.from(from).until(to).days;
}

/** Of every request for figures. */
export const figureHeaders = readHeaders;

type Asked = { office?: string | undefined; from?: string | undefined; to?: string | undefined };

/** What a reader may be told of, and as of when. */
export type Scope<Filter> = { filter: Filter; between: Between; todays: Todays };

/** Who reads figures: supervisors and auditors, those of an office that office's. */
export function figureScope<Filter extends { office?: string | undefined }>(
  reader: Actor,
  filter: Filter,
): Filter | Problematic {
  return officerScope(reader, filter, [builtInRoles.supervisor, builtInRoles.auditor]);
}

/** Waits for what the reader wrote, and says what may be told. */
export async function scopeOf<Query extends Asked>(
  { query, headers, who }: Call<unknown, Query, z.output<typeof readHeaders>>,
  api: Api,
): Promise<Scope<Omit<Query, 'from' | 'to'>> | Problematic> {
  const { from, to, ...asked } = query;
  const filter = figureScope(who.actor, asked);
  if (isProblematic(filter)) return filter;
  const behind = await upToDate(api, headers['X-At-Least-Position']);
  if (behind) return behind;
  const todays = todaysAt(api, filter.office);
  return { filter, todays, between: betweenDates(from, to, todays) };
}

/** Today at an office, or at each. */
export function todaysAt({ offices }: Pick<Api, 'offices'>, office?: string): Map<string, string> {
  const now = Temporal.Now.instant();
  const asked = office === undefined ? [...offices.values()] : [offices.get(office)];
  return new Map(
    asked.flatMap((one) => {
      if (!one) return [];
      const { timeZone } = one.calendars;
      return [[one.id, now.toZonedDateTimeISO(timeZone).toPlainDate().toString()] as const];
    }),
  );
}

function betweenDates(from: string | undefined, to: string | undefined, todays: Todays): Between {
  // Where offices are a day apart, the later day.
  const today = [...todays.values()].toSorted().at(-1) ?? Temporal.Now.plainDateISO().toString();
  const last = Temporal.PlainDate.from(to ?? today);
  const first =
    from === undefined ? last.subtract({ days: usualPeriod - 1 }) : Temporal.PlainDate.from(from);
  return { from: first, to: Temporal.PlainDate.compare(first, last) > 0 ? first : last };
}

import { z } from 'zod';
import { name } from '../names.ts';
import type { NumberPattern } from './number-pattern.ts';

/**
 * The next number of a series belongs to an application, whether or not the document comes about. The
 * n-th event of a series' stream reserves the number n, so none is given twice and none is left out.
 */
export const numberReserved = z.strictObject({
  sequence: z.int().min(1),
  application: z.uuid(),
  output: name,
});

/** Every event of a series by its name. */
export const numberEvents = { NumberReserved: numberReserved } as const;
export type NumberEvent = { type: 'NumberReserved'; data: z.infer<typeof numberReserved> };

/**
 * A series of numbers: one output of one service, of one office where its pattern names the office,
 * and of one year where it names the year. Its numbers count from 1.
 */
export type NumberSeries = { service: string; output: string; office?: string; year?: number };

/** Which series an output's number is of. */
export function seriesOf(
  pattern: NumberPattern,
  place: { service: string; output: string; office: string; date: Temporal.PlainDate },
): NumberSeries {
  const { service, output, office, date } = place;
  return {
    service,
    output,
    ...(pattern.hasOffice ? { office } : {}),
    ...(pattern.hasYear ? { year: date.year } : {}),
  };
}

/** Its name, that of no other: `dpmptsp.sip-dokter.practice-licence.mpp-jakarta.2026`. */
export function seriesName({ service, output, office, year }: NumberSeries): string {
  return [service, output, office, year].filter((part) => part !== undefined).join('.');
}

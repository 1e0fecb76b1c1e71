import { lastDay } from '../../service/outputs.ts';
import { seriesName, seriesOf, type NumberSeries } from '../../service/number-series.ts';
import type { Application } from '../application.ts';
import type { ApplicationEvent } from '../events.ts';
import type { DecisionContext } from './decision.ts';

/**
 * What a step gives out. An output that the application was given before, under whichever version of
 * the service, is not given again: the step is taken without it.
 *
 * @returns the events, and the series of which a number is still to be reserved for them
 */
export function issue(
  application: Application,
  outputs: readonly string[],
  { service, calendars, now, sequenceIn }: DecisionContext,
): { events: ApplicationEvent[]; numbers: NumberSeries[] } {
  // Most steps issue nothing, and the day at the office takes some time to work out.
  if (outputs.length === 0) return { events: [], numbers: [] };
  const had = new Set(application.issued?.map(({ output }) => output));
  const date = now.toZonedDateTimeISO(calendars.timeZone).toPlainDate();
  const {
    id,
    definition: { unit },
  } = service;
  const { office } = application;
  const events: ApplicationEvent[] = [];
  const numbers: NumberSeries[] = [];
  for (const output of new Set(outputs).difference(had)) {
    const compiled = service.outputs.get(output);
    if (!compiled) throw new Error(`service ${id} has no output "${output}"`);
    const { definition, number: pattern } = compiled;
    const series = pattern && seriesOf(pattern, { service: id, output, office, date });
    const sequence = series && sequenceIn?.(series);
    if (series && sequence === undefined) numbers.push(series);
    const validUntil = lastDay(date, definition.validity);
    events.push({
      type: 'OutputIssued',
      data: {
        output,
        issuedOn: date.toString(),
        ...(validUntil ? { validUntil: validUntil.toString() } : {}),
        ...(pattern && series && sequence !== undefined
          ? {
              number: {
                text: pattern.write({ sequence, unit, service: nameOf(id), office, date }),
                series: seriesName(series),
                sequence,
              },
            }
          : {}),
      },
    });
  }
  return { events, numbers };
}

/** A service's name without its unit. */
function nameOf(service: string): string {
  return service.slice(service.indexOf('.') + 1);
}

import { join } from 'node:path';
import {
  compileService,
  definitionDigest,
  officeCalendars,
  reportClocks,
  serviceDefinition,
  writtenBook,
  type ApplicationEvent,
  type ClockReport,
  type Duration,
  type OfficeCalendars,
} from '@satu-atap/domain';
import { readCalendars } from '../definition-file.ts';
import type { Zone } from './walked-calendar.ts';

/** A file's way, in local times: handed in, with the applicant from–to, given more time, ended. */
export type Way = {
  at: string;
  standard: Duration;
  away?: [from: string, to?: string][];
  more?: [at: string, by: Duration][];
  ended?: string;
};

const text = (en: string) => ({ id: en, en });
const [shipped] = (await readCalendars(join(import.meta.dirname, '../../../../calendars'))).found;
if (!shipped) throw new Error('no calendar is shipped');
/** The calendar that comes with the engine. */
export const indonesia = shipped.definition;

const book = writtenBook([indonesia]);
export const calendarsIn = (timeZone: Zone): OfficeCalendars =>
  officeCalendars({ id: 'mall', title: text('Mall'), timeZone, calendar: indonesia.id }, book);

/** The clock of the service as the engine counts it, from events. */
export function clockOf(
  { at, standard, away = [], more = [], ended }: Way,
  zone: Zone,
): ClockReport {
  const definition = serviceDefinition.parse({
    id: 'unit.service',
    kind: 'permit',
    title: text('Service'),
    unit: 'unit',
    standard: { time: standard },
    workflow: {
      initial: 'review',
      states: {
        review: {
          on: {
            ask: { roles: ['officer'], target: 'returned' },
            end: { roles: ['officer'], target: 'ended' },
          },
        },
        returned: { clock: 'paused', on: { answer: { roles: ['applicant'], target: 'review' } } },
        ended: { type: 'final', outcome: 'ended' },
      },
    },
  });
  const service = compileService(definition, { version: 1, digest: definitionDigest(definition) });
  const applicant = { id: 'applicant', name: 'Pemohon' };
  const pinned = { id: service.id, version: 1, digest: service.digest };
  const happened: [string | undefined, ApplicationEvent][] = [
    [
      at,
      {
        type: 'ApplicationSubmitted',
        data: {
          office: 'mall',
          service: pinned,
          applicant,
          channel: 'online',
          data: {},
          state: 'review',
        },
      },
    ],
    ...away.flatMap(([from, to]): typeof happened => [
      [from, { type: 'StepTaken', data: { action: 'ask', from: 'review', to: 'returned' } }],
      [to, { type: 'StepTaken', data: { action: 'answer', from: 'returned', to: 'review' } }],
    ]),
    ...more.map(([granted, by]): (typeof happened)[number] => [
      granted,
      { type: 'PromiseExtended', data: { action: 'extend', by, legalGround: text('Law') } },
    ]),
    [
      ended,
      {
        type: 'StepTaken',
        data: { action: 'end', from: 'review', to: 'ended', outcome: 'ended' },
      },
    ],
  ];
  const history = happened
    .flatMap(([local, event]) => (local === undefined ? [] : [{ local, event }]))
    .toSorted((one, other) => (one.local < other.local ? -1 : 1))
    .map(({ local, event }) => {
      const instant = Temporal.PlainDateTime.from(local).toZonedDateTime(zone).toInstant();
      return { event, metadata: { occurredAt: instant.toString(), actor: { id: 'officer' } } };
    });
  const [report] = reportClocks(history, { service: () => service, calendars: calendarsIn(zone) });
  if (!report) throw new Error('the clock has not begun');
  return report;
}

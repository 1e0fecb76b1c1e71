import fc from 'fast-check';
import type { StateValue } from '../application/events.ts';
import type { CompiledService } from '../service/compile.ts';
import type { CalendarDefinition } from '../sla/calendar-definition.ts';
import { calendarDigest, type CalendarVersion } from '../sla/calendar-versions.ts';
import type { History } from '../sla/due-changes.ts';
import type { Duration } from '../sla/duration.ts';
import { officeCalendars, type OfficeCalendars } from '../sla/office-calendars.ts';
import { office, people, sampleCalendar } from './sample-people.ts';
import { compiled } from './sample-service.ts';

const text = (en: string) => ({ id: en, en });
const law = text('Law 30/2014, article 53');
const zones = ['Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura'] as const;

/** The life of an application by events, with the calendars that were published meanwhile. */
export type Life = {
  service: CompiledService;
  history: History;
  calendars: OfficeCalendars;
  versions: readonly CalendarVersion[];
};

/** Ramadan hours, and the unit's own week: Saturday mornings, and no Friday afternoons. */
const base: CalendarDefinition = {
  ...sampleCalendar,
  periods: [
    {
      title: 'Ramadan 1447',
      from: '2026-02-19',
      to: '2026-03-18',
      week: Object.fromEntries(
        (['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] as const).map((day) => [
          day,
          [
            ['08:00', '12:00'],
            ['12:30', '15:00'],
          ],
        ]),
      ) as CalendarDefinition['week'],
    },
  ],
};
const ofUnit: CalendarDefinition = {
  ...base,
  id: 'unit',
  week: { ...base.week, friday: [['07:30', '11:30']], saturday: [['08:00', '12:00']] },
};

const start = Date.parse('2026-01-30T00:00:00Z');
const minute = 60_000;

/** A promise in any kind of time, of up to some weeks. */
const promise: fc.Arbitrary<Duration> = fc
  .constantFrom(
    ...([
      ['working-days', 15],
      ['calendar-days', 30],
      ['working-hours', 90],
      ['working-minutes', 4000],
      ['hours', 400],
      ['minutes', 20_000],
    ] as const),
  )
  .chain(([unit, most]) => fc.integer({ min: 1, max: most }).map((amount) => ({ amount, unit })));

const gap = fc.integer({ min: 0, max: 6 * 24 * 60 });
/** What happens next: the file goes to the applicant or comes back, or gets more time. */
const happening = fc.record({ after: gap, extends: fc.boolean() });

/** A version of a calendar: some days of early 2026 closed, and known from an instant on. */
const decree = fc.record({
  after: fc.integer({ min: 0, max: 60 * 24 * 60 }),
  of: fc.constantFrom('indonesia', 'unit'),
  closed: fc.uniqueArray(fc.integer({ min: 0, max: 90 }), { maxLength: 6 }),
});

export const life: fc.Arbitrary<Life> = fc
  .record({
    time: promise,
    inState: promise,
    limit: promise,
    more: promise,
    reentry: fc.constantFrom('restart' as const, 'continue' as const),
    zone: fc.constantFrom(...zones),
    hasOwnCalendar: fc.boolean(),
    begins: fc.integer({ min: 0, max: 30 * 24 * 60 }),
    way: fc.array(happening, { maxLength: 7 }),
    decrees: fc.array(decree, { maxLength: 4 }),
    ends: fc.boolean(),
  })
  .map(({ time, inState, limit, more, reentry, zone, hasOwnCalendar, ...lived }) => {
    const service = compiled({
      id: 'dpmptsp.signboard',
      kind: 'permit',
      title: text('Signboard'),
      unit: 'dpmptsp',
      standard: { time },
      workflow: {
        initial: 'review',
        states: {
          review: {
            standard: inState,
            reentry,
            on: {
              ask: { roles: ['head-of-unit'], target: 'returned' },
              extend: {
                roles: ['head-of-unit'],
                extends: { by: more, legalGround: law, atMost: 9 },
              },
              approve: { roles: ['head-of-unit'], target: 'granted' },
            },
          },
          returned: {
            clock: 'paused',
            deadline: { after: limit, take: 'withdraw', legalGround: law },
            on: {
              answer: { roles: ['applicant'], target: 'review' },
              withdraw: { roles: ['applicant', 'system'], target: 'withdrawn' },
            },
          },
          granted: { type: 'final', outcome: 'granted' },
          withdrawn: { type: 'final', outcome: 'withdrawn' },
        },
      },
    });
    const versions = versionsOf(lived.decrees);
    const definition = {
      id: office,
      title: text('Mall'),
      timeZone: zone,
      calendar: 'indonesia',
      ...(hasOwnCalendar ? { unitCalendars: { dpmptsp: 'unit' } } : {}),
    };
    const book = Map.groupBy(versions, ({ id }) => id);
    const calendars = officeCalendars(definition, book);
    return { service, calendars, versions, history: historyOf(service, { ...lived, more }) };
  });

function historyOf(
  service: CompiledService,
  {
    begins,
    way,
    ends,
    more,
  }: {
    begins: number;
    way: { after: number; extends: boolean }[];
    ends: boolean;
    more: Duration;
  },
): History {
  let now = start + begins * minute;
  let at: StateValue = 'review';
  const metadata = () => ({
    occurredAt: new Date(now).toISOString(),
    actor: { id: people.headOfUnit.id },
  });
  const history: History[number][] = [
    {
      event: {
        type: 'ApplicationSubmitted',
        data: {
          office,
          service: { id: service.id, version: 1, digest: service.digest },
          applicant: { id: people.applicant.id, name: 'Pemohon' },
          channel: 'online',
          data: {},
          state: at,
        },
      },
      metadata: metadata(),
    },
  ];
  const step = (action: string, to: string, outcome?: string) => {
    const data = { action, from: at, to, ...(outcome === undefined ? {} : { outcome }) };
    history.push({ event: { type: 'StepTaken', data }, metadata: metadata() });
    at = to;
  };
  for (const { after, extends: isMore } of way) {
    now += after * minute;
    if (isMore) {
      const data = { action: 'extend', by: more, legalGround: law };
      history.push({ event: { type: 'PromiseExtended', data }, metadata: metadata() });
    } else if (at === 'review') step('ask', 'returned');
    else step('answer', 'review');
  }
  if (ends && at === 'review') step('approve', 'granted', 'granted');
  else if (ends) step('withdraw', 'withdrawn', 'withdrawn');
  return history;
}

/** The first versions are known since before; each decree replaces its calendar's days. */
function versionsOf(
  decrees: readonly { after: number; of: string; closed: number[] }[],
): CalendarVersion[] {
  let publishedAt = start;
  const all = [base, ofUnit].map((definition) => numbered(definition, 1, publishedAt));
  for (const { after, of, closed } of decrees) {
    publishedAt += after * minute;
    const before = all.findLast(({ id }) => id === of);
    if (!before) continue;
    const holidays = closed.map((days) => {
      const date = Temporal.PlainDate.from('2026-02-01').add({ days }).toString();
      return { date, name: `Decree ${date}` };
    });
    all.push(numbered({ ...before.definition, holidays }, before.version + 1, publishedAt));
  }
  return all;
}

function numbered(
  definition: CalendarDefinition,
  version: number,
  publishedAt: number,
): CalendarVersion {
  const { id } = definition;
  return { id, version, publishedAt, definition, digest: calendarDigest(definition) };
}

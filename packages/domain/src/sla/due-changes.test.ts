import { describe, expect, it } from 'vitest';
import type { ApplicationEvent } from '../application/events.ts';
import type { ServiceDefinitionInput } from '../service/definition.ts';
import { office, people, sampleCalendar } from '../testing/sample-people.ts';
import { compiled } from '../testing/sample-service.ts';
import type { CalendarDefinition } from './calendar-definition.ts';
import { calendarDigest, type CalendarVersion } from './calendar-versions.ts';
import { reportClocks } from './clock-report.ts';
import { dueChanges, type DueChange, type History } from './due-changes.ts';
import { officeCalendars } from './office-calendars.ts';

const text = (en: string) => ({ id: en, en });
const law = text('Regulation 9/2020, article 4');
const permit = (days: number): ServiceDefinitionInput => ({
  id: 'dpmptsp.signboard',
  kind: 'permit',
  title: text('Signboard'),
  unit: 'dpmptsp',
  standard: { time: { amount: days, unit: 'working-days' } },
  workflow: {
    initial: 'review',
    states: {
      review: {
        on: {
          ask: { roles: ['head-of-unit'], target: 'returned' },
          extend: {
            roles: ['head-of-unit'],
            extends: { by: { amount: 2, unit: 'working-days' }, legalGround: law },
          },
          approve: { roles: ['head-of-unit'], target: 'granted' },
        },
      },
      returned: { clock: 'paused', on: { answer: { roles: ['applicant'], target: 'review' } } },
      granted: { type: 'final', outcome: 'granted' },
    },
  },
});
const [first, second] = [compiled(permit(3)), compiled(permit(5))];

/** Local time in Jakarta, as it is recorded. */
const at = (local: string) => new Date(`${local}:00+07:00`).toISOString();
const happened = (event: ApplicationEvent, local: string) => ({
  event,
  metadata: { occurredAt: at(local), actor: { id: people.headOfUnit.id } },
});
const submitted = (local: string) =>
  happened(
    {
      type: 'ApplicationSubmitted',
      data: {
        office,
        service: { id: first.id, version: 1, digest: first.digest },
        applicant: { id: people.applicant.id, name: 'Pemohon' },
        channel: 'online',
        data: {},
        state: 'review',
      },
    },
    local,
  );
const moved = (action: string, from: string, to: string, local: string) =>
  happened({ type: 'StepTaken', data: { action, from, to } }, local);
const extended = (local: string) =>
  happened(
    {
      type: 'PromiseExtended',
      data: { action: 'extend', by: { amount: 2, unit: 'working-days' }, legalGround: law },
    },
    local,
  );
const migrated = (local: string) =>
  happened(
    {
      type: 'ApplicationMigrated',
      data: {
        from: { version: 1, digest: first.digest, state: 'review' },
        to: { version: 2, digest: second.digest, state: 'review' },
        mapping: {},
        places: { review: 'review' },
        clocks: [
          {
            id: 'service',
            unit: 'dpmptsp',
            standard: { amount: 5, unit: 'working-days' },
            startedAt: at('2026-03-02T10:00'),
            pauses: [],
          },
        ],
        orderedBy: 'supervisor',
      },
    },
    local,
  );

function published(version: number, definition: CalendarDefinition, local: string) {
  const { id } = definition;
  const publishedAt = Date.parse(at(local));
  return { id, version, digest: calendarDigest(definition), publishedAt, definition };
}
const original = published(1, sampleCalendar, '2025-01-01T00:00');
/** Monday, 9 March, becomes a holiday; so does a day in June, which nobody here waits for. */
const decreed = (local: string) =>
  published(
    2,
    {
      ...sampleCalendar,
      holidays: [
        { date: '2026-03-09', name: 'Cuti bersama' },
        { date: '2026-06-17', name: 'Hari libur' },
        ...sampleCalendar.holidays,
      ],
    },
    local,
  );

const readBy = (versions: CalendarVersion[]) => ({
  service: (version: number) => (version === 1 ? first : second),
  calendars: officeCalendars(
    { id: office, title: text('Mall'), timeZone: 'Asia/Jakarta', calendar: 'indonesia' },
    new Map([['indonesia', versions]]),
  ),
});
const changes = (history: History, versions: CalendarVersion[] = [original]) =>
  dueChanges(history, readBy(versions));
const english = (all: DueChange[]) => all.map((change) => change.text.en);

describe('a due date', () => {
  it('has no changes while nothing changes it', () => {
    expect(changes([submitted('2026-03-02T10:00')])).toEqual([]);
  });

  it('is moved by a pause once the file is back', () => {
    const asked = moved('ask', 'review', 'returned', '2026-03-03T10:00');
    expect(changes([submitted('2026-03-02T10:00'), asked])).toEqual([]);
    const back = moved('answer', 'returned', 'review', '2026-03-04T10:00');
    expect(english(changes([submitted('2026-03-02T10:00'), asked, back]))).toEqual([
      'Was due Thursday, 5 March 2026 at 16:00, now due Friday, 6 March 2026 at 16:30, because it ' +
        'stood still Tuesday, 3 March 2026 at 10:00 to Wednesday, 4 March 2026 at 10:00.',
    ]);
  });

  it('is moved by an extension, with its legal ground', () => {
    const [change] = changes([submitted('2026-03-02T10:00'), extended('2026-03-03T09:00')]);
    expect(change).toMatchObject({
      was: at('2026-03-05T16:00'),
      now: at('2026-03-09T16:00'),
      because: { kind: 'extended', by: { amount: 2 }, legalGround: law },
    });
  });

  it('is moved by a migration to a version with another standard, and the explanation says so', () => {
    const history = [submitted('2026-03-02T10:00'), migrated('2026-03-03T09:00')];
    const [report] = reportClocks(history, readBy([original]));
    expect(report?.changes.map((change) => change.text.en)).toEqual([
      'Was due Thursday, 5 March 2026 at 16:00, now due Monday, 9 March 2026 at 16:00, because ' +
        'the file went from version 1 of the service to version 2 on Tuesday, 3 March 2026 at 09:00.',
    ]);
    expect(report?.explanation.lines.slice(0, 2).map((line) => line.text.en)).toEqual([
      'A promise of 5 working days, counted from Monday, 2 March 2026 at 10:00.',
      'Since Tuesday, 3 March 2026 at 09:00 by version 2 of the service (before: version 1): ' +
        'its standard holds, and what had passed counts on.',
    ]);
    expect(report?.explanation.dueAt).toBe(at('2026-03-09T16:00'));
  });

  it('is moved by a decree that came late, which is named with the days that it changed', () => {
    const history = [submitted('2026-03-05T10:00')];
    const [change, ...others] = changes(history, [original, decreed('2026-03-06T08:00')]);
    expect(others).toEqual([]);
    expect(change?.text).toEqual({
      id:
        'Semula jatuh tempo Selasa, 10 Maret 2026 pukul 16.00, menjadi Rabu, 11 Maret 2026 pukul ' +
        '16.00, karena versi 2 kalender indonesia berlaku sejak Jumat, 6 Maret 2026 pukul 08.00; ' +
        'Senin, 9 Maret 2026: tutup: Cuti bersama.',
      en:
        'Was due Tuesday, 10 March 2026 at 16:00, now due Wednesday, 11 March 2026 at 16:00, ' +
        'because version 2 of the calendar indonesia holds since Friday, 6 March 2026 at 08:00; ' +
        'Monday, 9 March 2026: closed: Cuti bersama.',
    });
  });

  it('is not moved by a decree that touches none of its days', () => {
    const history = [submitted('2026-03-10T10:00')];
    expect(changes(history, [original, decreed('2026-03-11T08:00')])).toEqual([]);
  });

  it('stays as it was held when the decree comes after the end', () => {
    const approved = happened(
      {
        type: 'StepTaken',
        data: { action: 'approve', from: 'review', to: 'granted', outcome: 'granted' },
      },
      '2026-03-06T15:00',
    );
    const history = [submitted('2026-03-05T10:00'), approved];
    expect(changes(history, [original, decreed('2026-03-06T16:00')])).toEqual([]);
  });

  it('is moved by a decree that comes while the applicant has the file, before the pause counts', () => {
    const history = [
      submitted('2026-03-05T10:00'),
      moved('ask', 'review', 'returned', '2026-03-05T11:00'),
      moved('answer', 'returned', 'review', '2026-03-06T11:30'),
    ];
    const moves = changes(history, [original, decreed('2026-03-06T08:00')]);
    expect(moves.map(({ because, was, now }) => [because.kind, was, now])).toEqual([
      ['calendar', at('2026-03-10T16:00'), at('2026-03-11T16:00')],
      ['stood-still', at('2026-03-11T16:00'), at('2026-03-13T08:00')],
    ]);
  });
});

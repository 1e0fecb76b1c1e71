import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StateValue } from '../application/events.ts';
import { fold, type Happening, type Setting } from '../testing/given.ts';
import { compiled } from '../testing/sample-service.ts';
import { office, people, sampleOffices } from '../testing/sample-people.ts';
import { nextMark } from './clock-marks.ts';
import { clocksOf, slaStatus } from './clocks.ts';

const service = compiled();
const calendars = sampleOffices.get(office)?.calendars;
if (!calendars) throw new Error('the sample office has no calendar');
const setting: Setting = { service, calendars, actor: people.applicant, at: '' };
const calendar = calendars.of('dpmptsp');
const at = (local: string) =>
  Temporal.PlainDateTime.from(local).toZonedDateTime('Asia/Jakarta').toInstant().toString();

const submitted = (local: string): Happening => ({
  type: 'ApplicationSubmitted',
  data: {
    office,
    service: { id: service.id, version: 1, digest: service.digest },
    applicant: { id: people.applicant.id, name: 'Pemohon' },
    channel: 'online',
    data: {},
    state: 'preparing',
  },
  at: at(local),
});
const moved = (local: string, to: StateValue, outcome?: string): Happening => ({
  type: 'StepTaken',
  data: { action: 'send', from: 'preparing', to, ...(outcome ? { outcome } : {}) },
  at: at(local),
});
const marked = (type: 'ClockWarned' | 'ClockBreached', local: string): Happening =>
  ({
    type,
    data: { clock: 'service', dueAt: at(local), warnAt: at(local) },
    at: at(local),
  }) as Happening;

function observe(...history: Happening[]) {
  const application = fold(setting, history);
  if (!application || !calendars) throw new Error('the history is empty');
  const clocks = clocksOf(service, application, calendars);
  const promise = clocks.find(({ id }) => id === 'service');
  const local = (instant: number | undefined) =>
    instant === undefined
      ? undefined
      : Temporal.Instant.fromEpochMilliseconds(instant)
          .toZonedDateTimeISO('Asia/Jakarta')
          .toPlainDateTime()
          .toString({ smallestUnit: 'minute' });
  return {
    clocks,
    status: slaStatus(application, clocks),
    mode: promise?.mode,
    due: local(promise?.dueAt),
    next: promise && nextMark(application, promise),
  };
}

describe("the service's clock", () => {
  it('has not begun while the applicant prepares the file', () => {
    const { clocks, status } = observe(submitted('2026-03-02T09:00'));
    expect(clocks).toEqual([]);
    expect(status).toBe('not-started');
  });

  it('begins when the file is sent: five working days, the day of receipt not counted', () => {
    const file = observe(submitted('2026-03-02T09:00'), moved('2026-03-03T10:00', 'intake'));
    expect(file).toMatchObject({ mode: 'running', status: 'on-time', due: '2026-03-10T16:00' });
  });

  it('stands still, without a due date, while the applicant has the file', () => {
    const file = observe(
      submitted('2026-03-02T09:00'),
      moved('2026-03-03T10:00', 'intake'),
      moved('2026-03-04T09:00', 'returned'),
    );
    expect(file).toMatchObject({
      mode: 'paused',
      status: 'paused',
      due: undefined,
      next: undefined,
    });
  });

  it('moves the due date by the working time of the pause', () => {
    const file = observe(
      submitted('2026-03-02T09:00'),
      moved('2026-03-03T10:00', 'intake'),
      moved('2026-03-04T09:00', 'returned'),
      // A day and an hour of work later.
      moved('2026-03-05T10:00', 'intake'),
    );
    expect(file).toMatchObject({ mode: 'running', due: '2026-03-12T08:30' });
  });

  it('runs on while either unit of a parallel review has the file', () => {
    const file = observe(
      submitted('2026-03-02T09:00'),
      moved('2026-03-03T10:00', 'intake'),
      moved('2026-03-04T09:00', { review: { structure: 'done', fire: 'inspecting' } }),
    );
    expect(file).toMatchObject({ mode: 'running', due: '2026-03-10T16:00' });
  });

  it('is warned at its share, then due, and each is asked for once', () => {
    const begun = [submitted('2026-03-02T09:00'), moved('2026-03-03T10:00', 'intake')];
    expect(observe(...begun).next?.mark).toBe('warned');
    const warned = [...begun, marked('ClockWarned', '2026-03-09T15:00')];
    expect(observe(...warned)).toMatchObject({ status: 'at-risk', next: { mark: 'breached' } });
    const breached = [...warned, marked('ClockBreached', '2026-03-10T16:00')];
    expect(observe(...breached)).toMatchObject({ status: 'overdue', next: undefined });
  });

  it('ends in time or late by the instant of the last step', () => {
    const begun = [submitted('2026-03-02T09:00'), moved('2026-03-03T10:00', 'intake')];
    expect(observe(...begun, moved('2026-03-10T16:00', 'issued', 'granted'))).toMatchObject({
      status: 'finished-in-time',
      next: undefined,
    });
    // A late end without a recorded breach is still to be recorded.
    expect(observe(...begun, moved('2026-03-10T16:01', 'issued', 'granted'))).toMatchObject({
      status: 'finished-late',
      next: { mark: 'breached' },
    });
  });
});

describe("a state's clock", () => {
  it('begins anew each time the state is entered', () => {
    const { clocks } = observe(
      submitted('2026-03-02T09:00'),
      moved('2026-03-03T10:00', 'intake'),
      moved('2026-03-04T09:00', 'returned'),
      moved('2026-03-05T10:00', 'intake'),
    );
    expect(clocks.map(({ id, mode }) => [id, mode])).toEqual([
      ['service', 'running'],
      ['state:intake#1', 'ended'],
      ['state:intake#3', 'running'],
    ]);
  });
});

describe('pauses', () => {
  const begin = Date.parse(at('2026-03-03T10:00'));
  const gap = fc.integer({ min: 1, max: 40 * 60 });

  it('move the due date by exactly the working time they cover, wherever they fall', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(gap, gap), { minLength: 1, maxLength: 5 }), (pauses) => {
        let now = begin;
        const history = [submitted('2026-03-02T09:00'), moved('2026-03-03T10:00', 'intake')];
        const before = observe(...history).clocks[0]?.dueAt ?? 0;
        let expected = before;
        for (const [working, paused] of pauses) {
          const from = now + working * 60_000;
          const to = from + paused * 60_000;
          const iso = (instant: number) => new Date(instant).toISOString();
          history.push({ ...moved('2026-01-01T00:00', 'returned'), at: iso(from) });
          history.push({ ...moved('2026-01-01T00:00', 'intake'), at: iso(to) });
          if (from < expected) {
            expected = calendar.addWorkingTime(expected, calendar.workingTime(from, to));
          }
          now = to;
        }
        const after = observe(...history).clocks[0]?.dueAt ?? 0;
        expect(after).toBe(expected);
        expect(after).toBeGreaterThanOrEqual(before);
      }),
    );
  });
});

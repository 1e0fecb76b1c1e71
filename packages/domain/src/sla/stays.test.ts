import { describe, expect, it } from 'vitest';
import type { StateValue } from '../application/events.ts';
import { fold, type Happening, type Setting } from '../testing/given.ts';
import { office, people, sampleOffices } from '../testing/sample-people.ts';
import { compiled } from '../testing/sample-service.ts';
import type { Actor } from '../actor.ts';
import { clocksOf } from './clocks.ts';
import { fileTimes } from './file-times.ts';
import { staysOf } from './stays.ts';

const service = compiled();
const calendars = sampleOffices.get(office)?.calendars;
if (!calendars) throw new Error('the sample office has no calendar');
const setting: Setting = { service, calendars, actor: people.applicant, at: '' };
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
const moved = (local: string, by: Actor, to: StateValue, outcome?: string): Happening => ({
  type: 'StepTaken',
  data: { action: 'move', from: 'preparing', to, ...(outcome ? { outcome } : {}) },
  by,
  at: at(local),
});
const claimed = (local: string, state: string, by: Actor): Happening => ({
  type: 'OfficerAssigned',
  data: { state, officer: by.id },
  by,
  at: at(local),
});

const minutes = (time: number | undefined) => (time === undefined ? undefined : time / 60_000);

function observe(...history: Happening[]) {
  const application = fold(setting, history);
  if (!application || !calendars) throw new Error('the history is empty');
  const clocks = clocksOf(service, application, calendars);
  const stays = staysOf(application, { service, earlier: new Map(), clocks, calendars });
  return { stays, times: fileTimes(clocks, stays, calendars) };
}

const { frontDesk, structureReviewer, fireReviewer, headOfUnit, applicant } = people;
const reviewing = { review: { structure: 'inspecting', fire: 'inspecting' } };

/** From Monday 2 March 2026, 7½ hours a working day. */
const granted = [
  submitted('2026-03-02T09:00'),
  moved('2026-03-02T10:00', applicant, 'intake'),
  claimed('2026-03-02T11:00', 'intake', frontDesk),
  moved('2026-03-03T08:30', frontDesk, 'returned'),
  moved('2026-03-04T08:30', applicant, 'intake'),
  moved('2026-03-06T08:30', frontDesk, reviewing),
  moved('2026-03-06T09:30', fireReviewer, { review: { structure: 'inspecting', fire: 'done' } }),
  moved('2026-03-06T10:30', structureReviewer, 'decision'),
  moved('2026-03-06T11:30', headOfUnit, 'issued', 'granted'),
];

describe('the stays of a file', () => {
  it('are told in the order in which it left, with unit, officer and working time', () => {
    const { stays } = observe(...granted);
    expect(
      stays.map(({ state, unit, officer, workingTime }) => [
        state,
        unit,
        officer,
        minutes(workingTime),
      ]),
    ).toEqual([
      ['preparing', 'dpmptsp', undefined, 60],
      ['intake', 'dpmptsp', frontDesk.id, 360],
      ['returned', 'dpmptsp', undefined, 450],
      ['intake', 'dpmptsp', frontDesk.id, 900],
      ['review.fire.inspecting', 'pemadam-kebakaran', fireReviewer.id, 60],
      ['review.structure.inspecting', 'dinas-perumahan', structureReviewer.id, 120],
      ['decision', 'dpmptsp', headOfUnit.id, 60],
    ]);
  });

  it('leave out what has not ended, and where a file ends', () => {
    expect(observe(submitted('2026-03-02T09:00')).stays).toEqual([]);
    expect(observe(...granted).stays.some(({ state }) => state === 'issued')).toBe(false);
  });

  it('wait for an officer from entering to the first who takes the file into hand', () => {
    const { stays } = observe(
      ...granted.slice(0, 3),
      claimed('2026-03-02T15:00', 'intake', headOfUnit),
      ...granted.slice(3),
    );
    expect(stays.map(({ waitingTime }) => minutes(waitingTime))).toEqual([
      undefined,
      60,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('keep their own standard or not, each time anew', () => {
    const kept = observe(...granted).stays.map((stay) => stay.kept);
    // One working day each at the intake: the second ends on the second day after.
    expect(kept.slice(0, 4)).toEqual([undefined, true, undefined, false]);
  });

  it('use shares of the promise only while it runs', () => {
    const shares = observe(...granted).stays.map(({ promiseUsed }) => promiseUsed);
    // Five days after the day of receipt: 5 h 00 of Monday, and 37 h 30.
    const promise = 300 + 5 * 450;
    expect(shares[1]).toBeCloseTo(360 / promise);
    expect([shares[0], shares[2]]).toEqual([0, 0]);
  });
});

describe('the times of a file that has ended', () => {
  it('are those of the promise, of the units and of the applicant', () => {
    const { workingTime, unitTime, applicantTime, waitingTime, pauses } = observe(...granted).times;
    expect(minutes(workingTime)).toBe(360 + 900 + 180);
    // Both units of the review had it for an hour at the same time.
    expect(minutes(unitTime)).toBe(360 + 900 + 60 + 120 + 60);
    expect(minutes(applicantTime)).toBe(60 + 24 * 60);
    expect(minutes(waitingTime)).toBe(60);
    expect(pauses).toBe(1);
  });

  it('have no working time where the promise never ran', () => {
    const { workingTime, applicantTime } = observe(
      submitted('2026-03-02T09:00'),
      moved('2026-03-03T09:00', applicant, 'withdrawn', 'withdrawn'),
    ).times;
    expect(workingTime).toBeUndefined();
    expect(minutes(applicantTime)).toBe(24 * 60);
  });
});

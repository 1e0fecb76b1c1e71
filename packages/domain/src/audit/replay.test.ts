import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { evolve, type Application } from '../application/application.ts';
import { asKnownAt } from '../sla/office-calendars.ts';
import { clocksOf } from '../sla/clocks.ts';
import { life, type Life } from '../testing/arbitrary-lives.ts';
import { office, people, sampleOffices } from '../testing/sample-people.ts';
import { recordedHistory } from '../testing/recorded-history.ts';
import { compiled } from '../testing/sample-service.ts';
import { parseMoment } from './parse-moment.ts';
import { replayDifference } from './replay-difference.ts';
import { replay, type Moment, type NoMoment, type Replayed, type ReplayedEvent } from './replay.ts';

const command = '00000000-0000-4000-8000-000000000001';
const actor = people.headOfUnit;

const eventsOf = ({ history }: Life): ReplayedEvent[] =>
  history.map(({ event, metadata: { occurredAt } }, revision) => ({
    revision,
    event,
    metadata: { actor, occurredAt, command },
  }));
const settingOf = ({ service, calendars }: Life) => ({ service: () => service, calendars });

function found(replayed: Replayed | NoMoment): Replayed {
  if ('type' in replayed) throw new Error(replayed.type);
  return replayed;
}

test('at each revision it is what its events fold to, with its clocks by what was known then', () => {
  fc.assert(
    fc.property(life, (lived) => {
      const events = eventsOf(lived);
      let application: Application | undefined;
      for (const { revision, event, metadata } of events) {
        application = evolve(application, event, metadata);
        const then = found(replay(events, { revision }, settingOf(lived)));
        expect(then.application).toEqual(application);
        const known = asKnownAt(lived.calendars, Date.parse(metadata.occurredAt));
        const clocks = clocksOf(lived.service, application, known);
        expect(then.clocks.map(({ clock }) => clock)).toEqual(clocks);
        for (const { calendar } of clocks) {
          const version = lived.versions.find(
            ({ id, version: number }) => id === calendar.id && number === calendar.version,
          );
          const isFirst = calendar.version === 1;
          const at = Date.parse(metadata.occurredAt);
          expect(isFirst || (version?.publishedAt ?? Infinity) <= at).toBe(true);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('what comes later changes nothing of an earlier moment', () => {
  fc.assert(
    fc.property(life, fc.nat(), (lived, drawn) => {
      const events = eventsOf(lived);
      const revision = drawn % events.length;
      const whole = found(replay(events, { revision }, settingOf(lived)));
      const until = found(replay(events.slice(0, revision + 1), { revision }, settingOf(lived)));
      const { next: _, ...rest } = whole;
      expect(rest).toEqual(until);
    }),
    { numRuns: 60 },
  );
});

describe('a moment between events', () => {
  const service = compiled();
  const calendars = sampleOffices.get(office)?.calendars;
  if (!calendars) throw new Error('the sample office has calendars');
  /** The first of some that comes to the decision. */
  const history = Array.from({ length: 200 }, (_, seed) =>
    recordedHistory(service, { calendars, office }, seed),
  ).find((one) =>
    one.some(({ event }) => event.type === 'StepTaken' && event.data.action === 'approve'),
  );
  if (!history) throw new Error('none comes to the decision');
  const setting = { service: () => service, calendars };
  const at = (moment: Moment) => replay(history, moment, setting);
  const instant = (text: string) => ({ instant: Temporal.Instant.from(text) });

  it('has the facts of the event before it, and clocks as of then', () => {
    const running = history.find(({ revision }) =>
      found(at({ revision })).clocks.some(({ clock }) => clock.mode === 'running'),
    );
    if (!running) throw new Error('a clock ran');
    const before = found(at({ revision: running.revision }));
    const due = before.clocks.find(({ clock }) => clock.mode === 'running')?.clock.dueAt ?? 0;
    const until = history.slice(0, running.revision + 1);
    const late = Temporal.Instant.fromEpochMilliseconds(due + 60_000);
    const after = found(replay(until, { instant: late }, setting));
    expect(after.application).toEqual(before.application);
    expect(before.clocks.some(({ isOverdue }) => isOverdue)).toBe(false);
    expect(after.clocks.some(({ isOverdue }) => isOverdue)).toBe(true);
  });

  it('says who could act, who held the file, and whom four eyes kept out', () => {
    const accepted = history.find(
      ({ event }) => event.type === 'StepTaken' && event.data.action === 'accept',
    );
    const decision = history.find(({ revision }) => {
      const { value } = found(at({ revision })).application;
      return value === 'decision';
    });
    if (!accepted || !decision) throw new Error('it came to the decision');
    const approve = found(at({ revision: decision.revision })).actions.find(
      ({ action }) => action === 'approve',
    );
    expect(approve).toMatchObject({
      roles: ['head-of-unit'],
      unit: 'dpmptsp',
      notBy: expect.arrayContaining([accepted.metadata.actor.id]),
    });
  });

  it('is refused before the submission, and for a revision that there is not', () => {
    expect(at(instant('2020-01-01T00:00:00Z'))).toEqual({
      type: 'before-the-application',
      at: '2020-01-01T00:00:00Z',
      submittedAt: history[0]?.metadata.occurredAt,
    });
    expect(at({ revision: 999 })).toEqual({
      type: 'revision-not-found',
      revision: 999,
      newest: history.length - 1,
    });
  });

  it('links to the revisions around it', () => {
    expect(found(at({ revision: 0 }))).toMatchObject({ next: 1 });
    expect(found(at({ revision: 0 }))).not.toHaveProperty('previous');
    const last = history.length - 1;
    expect(found(at({ revision: last }))).toMatchObject({ previous: last - 1 });
    expect(found(at({ revision: last }))).not.toHaveProperty('next');
  });

  it('differs from another in facts leaf by leaf; from itself in nothing', () => {
    const [first, last] = [found(at({ revision: 0 })), found(at({ revision: history.length - 1 }))];
    const none = replayDifference(last, last, history);
    expect(none).toMatchObject({ facts: [], clocks: [], events: [] });
    const { facts, events, state } = replayDifference(first, last, history);
    expect(events).toHaveLength(history.length - 1);
    expect(state).toEqual({ before: first.application.value, after: last.application.value });
    expect(facts).toContainEqual(
      expect.objectContaining({ path: 'documents.0.status', after: expect.any(String) }),
    );
    expect(() => replayDifference(last, first, history)).toThrow(RangeError);
  });
});

test('a moment is a revision or an instant with its zone', () => {
  expect(parseMoment('7')).toEqual({ revision: 7 });
  expect(parseMoment('2026-03-02T09:00:00+07:00')).toEqual({
    instant: Temporal.Instant.from('2026-03-02T02:00:00Z'),
  });
  for (const text of ['', '-1', '1.5', '2026-03-02', 'now', '1e3', '9'.repeat(40)]) {
    expect(parseMoment(text), text).toBeUndefined();
  }
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evolve, type Application } from '../application/application.ts';
import { life, type Life } from '../testing/arbitrary-lives.ts';
import { arithmetic, dueSoFar, extendedBy, promisedAt } from './clock-instants.ts';
import { clocksOf, type Clock } from './clocks.ts';
import { dueChanges } from './due-changes.ts';
import { countsWorkingTime, type Duration } from './duration.ts';
import { explainClock, type ExplanationLine } from './explanation.ts';
import { asKnownAt } from './office-calendars.ts';

/** What holds for every clock, whatever its kind of time, its pauses, extensions and calendars. */
function forEveryLife(law: (one: Life & { clocks: Clock[]; application: Application }) => void) {
  fc.assert(
    fc.property(life, (one) => {
      const application = applicationAfter(one.history);
      const clocks = clocksOf(one.service, application, one.calendars);
      law({ ...one, clocks, application });
    }),
    { numRuns: 50 },
  );
}

function applicationAfter(history: Life['history']): Application {
  let application: Application | undefined;
  for (const { event, metadata } of history) application = evolve(application, event, metadata);
  if (!application) throw new Error('the history is empty');
  return application;
}

describe('a clock', () => {
  it('comes out the same event by event, with calendars published meanwhile, as all at once', () => {
    forEveryLife(({ history, versions, service, calendars, clocks }) => {
      let application: Application | undefined;
      let rows: Clock[] = [];
      const moments = [
        ...versions.map(({ publishedAt }) => ({ at: publishedAt, happened: undefined })),
        ...history.map((happened) => ({ at: Date.parse(happened.metadata.occurredAt), happened })),
      ].toSorted((a, b) => a.at - b.at);
      for (const { at, happened } of moments) {
        if (happened) application = evolve(application, happened.event, happened.metadata);
        // A read model leaves what has ended alone when a calendar comes.
        const isLeft = application?.ended && !happened;
        if (application && !isLeft) rows = clocksOf(service, application, asKnownAt(calendars, at));
      }
      expect(rows).toEqual(clocks);
    });
  });

  it('is moved by each pause by exactly the time of its kind that the pause covers', () => {
    forEveryLife(({ clocks, calendars }) => {
      for (const clock of clocks) {
        const calendar = calendars.of(clock.unit, clock.endedAt);
        const { between } = arithmetic(clock.standard, calendar);
        let due = promisedAt(clock, calendar);
        for (const [index, { from, to }] of clock.pauses.entries()) {
          const pauses = clock.pauses.slice(0, index + 1);
          const after = dueSoFar({ ...clock, pauses }, calendar);
          const covered = to !== undefined && from < due ? between(from, to) : 0;
          expect(between(due, after)).toBe(covered);
          due = after;
        }
        const isOpen = clock.pauses.some(({ to }) => to === undefined);
        expect(clock.dueAt).toBe(isOpen ? undefined : due);
      }
    });
  });

  it('is due when as much has passed as was promised, and not a millisecond before', () => {
    forEveryLife(({ clocks, calendars }) => {
      for (const clock of clocks) {
        const calendar = calendars.of(clock.unit, clock.endedAt);
        const { standard } = extendedBy(clock).whole;
        const due = calendar.due(clock.startedAt, standard);
        const { between, add } = arithmetic(standard, calendar);
        const passed = between(clock.startedAt, due);
        expect(between(clock.startedAt, due - 1)).toBe(passed - 1);
        expect(add(clock.startedAt, passed)).toBe(due);
        expect(milliseconds(standard) ?? passed).toBe(passed);
      }
    });
  });
});

describe('the explanation of a clock', () => {
  it('ends at its own due date, and what it counts adds up to what was promised', () => {
    forEveryLife(({ clocks, calendars }) => {
      for (const clock of clocks) {
        const { lines, dueAt } = explainClock(clock, calendars.of(clock.unit, clock.endedAt));
        expect(dueAt).toBe(clock.dueAt && new Date(clock.dueAt).toISOString());
        const parts = countedParts(lines);
        const { whole, others } = extendedBy(clock);
        const promises = [whole.standard, ...others.map(({ by }) => by)];
        expect(parts).toHaveLength(promises.length);
        for (const [index, promise] of promises.entries()) {
          expect(summed(parts[index] ?? [], promise)).toEqual(promise.amount);
        }
      }
    });
  });

  it('names every day of a promise in working time once, in order', () => {
    forEveryLife(({ clocks, calendars }) => {
      for (const clock of clocks) {
        if (!countsWorkingTime(clock.standard.unit)) continue;
        const { lines } = explainClock(clock, calendars.of(clock.unit, clock.endedAt));
        const until = lines.findIndex(({ kind }) => kind === 'promised');
        const days = lines
          .slice(0, until)
          .flatMap((line) => (line.kind === 'counted' || line.kind === 'closed' ? [line] : []));
        const after = days.map(({ to }) => Temporal.PlainDate.from(to).add({ days: 1 }).toString());
        expect(days.slice(1).map(({ from }) => from)).toEqual(after.slice(0, -1));
      }
    });
  });
});

describe('what the days of a pause cover', () => {
  it('adds up to what the pause covers', () => {
    forEveryLife(({ clocks, calendars }) => {
      for (const clock of clocks) {
        const { lines } = explainClock(clock, calendars.of(clock.unit, clock.endedAt));
        const sum = (of: ExplanationLine['kind']) =>
          lines.reduce((total, line) => {
            return line.kind === of && 'minutes' in line ? total + line.minutes : total;
          }, 0);
        const ofSeveral = lines.flatMap((line, index) => {
          const isSplit = lines[index + 1]?.kind === 'covered';
          return line.kind === 'stood-still' && isSplit ? [line.minutes] : [];
        });
        expect(sum('covered')).toBeCloseTo(
          ofSeveral.reduce((total, one) => total + one, 0),
          6,
        );
      }
    });
  });
});

describe('the changes of a due date', () => {
  it('lead from the first due date to the present one without a gap, each to another date', () => {
    forEveryLife(({ history, service, calendars, clocks }) => {
      const changes = dueChanges(history, { service: () => service, calendars });
      const ofClock = Map.groupBy(changes, ({ clock }) => clock);
      for (const clock of clocks) {
        const own = ofClock.get(clock.id) ?? [];
        const present = dueSoFar(clock, calendars.of(clock.unit, clock.endedAt));
        const dues = [...own.map(({ was }) => was), own.at(-1)?.now ?? iso(present)];
        expect(dues.slice(1)).toEqual(own.map(({ now }) => now));
        expect(dues.at(-1)).toBe(iso(present));
        expect(own.filter(({ was, now }) => was === now)).toEqual([]);
      }
    });
  });
});

const iso = (instant: number) => new Date(instant).toISOString();

/** What counted lines add up to, in the unit of the promise; days must be numbered from 1. */
function summed(counted: { day?: number; minutes: number }[], { unit }: Duration): number {
  const isNumbered = counted.every(({ day }, before) => day === before + 1);
  if (unit.endsWith('days')) return isNumbered ? counted.length : Number.NaN;
  const minutes = counted.reduce((total, one) => total + one.minutes, 0);
  return unit.endsWith('hours') ? minutes / 60 : minutes;
}

/** Of promises in hours and minutes. */
function milliseconds({ amount, unit }: Duration): number | undefined {
  if (unit.endsWith('hours')) return amount * 3_600_000;
  return unit.endsWith('minutes') ? amount * 60_000 : undefined;
}

/** The counted lines up to each first due date: of the promise, then of each extension after it. */
function countedParts(lines: readonly ExplanationLine[]) {
  const parts: (ExplanationLine & { kind: 'counted' })[][] = [];
  let part: (ExplanationLine & { kind: 'counted' })[] = [];
  for (const line of lines) {
    if (line.kind === 'counted') part.push(line);
    if (line.kind !== 'promised') continue;
    parts.push(part);
    part = [];
  }
  return parts;
}

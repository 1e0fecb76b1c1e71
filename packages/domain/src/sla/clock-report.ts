import { evolve, type Application, type ClockMark } from '../application/application.ts';
import type { Localized } from '../names.ts';
import type { CompiledService } from '../service/compile.ts';
import { marksInForce } from './clock-marks.ts';
import { clocksOf, type Clock } from './clocks.ts';
import { dueChanges, type DueChange, type History, type ReadBy } from './due-changes.ts';
import { explainClock, type ClockExplanation } from './explanation.ts';
import type { ActedOn } from './explained-lines.ts';
import type { OfficeCalendars } from './office-calendars.ts';

/** What a clock measures: the whole service, the time in a state, or the limit of one. */
export type ClockSubject = {
  kind: 'service' | 'state' | 'deadline';
  title: Localized;
  /** Path of the state, as the version that the clock began under names it. */
  state?: string;
};

/** Everything there is to say about a clock. */
export type ClockReport = {
  clock: Clock;
  subject: ClockSubject;
  /** What was recorded of it and still holds. */
  marks: ClockMark;
  explanation: ClockExplanation;
  /** How its due date came to be what it is, change by change. */
  changes: DueChange[];
};

/** The clocks of an application, each with its explanation, from the application's events. */
export function reportClocks(history: History, readBy: ReadBy): ClockReport[] {
  let application: Application | undefined;
  for (const { event, metadata } of history) application = evolve(application, event, metadata);
  if (!application) return [];
  const service = readBy.service(application.service.version);
  const changes = Map.groupBy(dueChanges(history, readBy), ({ clock }) => clock);
  return explainedClocks(service, application, readBy.calendars).map((report) => ({
    ...report,
    changes: changes.get(report.clock.id) ?? [],
  }));
}

/** The same without the changes of due dates, which only the events can tell. */
export function explainedClocks(
  service: CompiledService,
  application: Application,
  calendars: OfficeCalendars,
): Omit<ClockReport, 'changes'>[] {
  return clocksOf(service, application, calendars).map((clock) => {
    const calendar = calendars.of(clock.unit, clock.endedAt);
    return {
      clock,
      subject: clockSubject(service, clock.id),
      marks: marksInForce(application, clock),
      explanation: explainClock(clock, calendar, actedOn(service, application, clock.id)),
    };
  });
}

function actedOn(
  { states }: CompiledService,
  { steps }: Application,
  clock: string,
): ActedOn | undefined {
  for (const { at, action, automatic } of steps) {
    if (automatic?.clock !== clock) continue;
    const actions = [...states.values()].flatMap((state) => state.actions);
    const title = actions.find(({ name }) => name === action)?.title;
    return { at, action, automatic, title: title ?? { id: action, en: action } };
  }
  return undefined;
}

/** What a clock measures, by its id. */
export function clockSubject({ definition, states }: CompiledService, id: string): ClockSubject {
  const [, kind, path] = /^(state|deadline):(.+)#\d+$/.exec(id) ?? [];
  if (path === undefined) return { kind: 'service', title: definition.title };
  const title = states.get(path)?.title ?? { id: path, en: path };
  return { kind: kind === 'deadline' ? kind : 'state', title, state: path };
}

import type { ClockReport } from '@satu-atap/domain';
import type { Language } from '../problems/problem-table.ts';
import type { ClockOfApplicationView, ExplainedClockView } from './clock-schemas.ts';

/** A clock of an application, as everybody who may read the application sees it. */
export function clockOfApplicationView({
  clock,
  subject,
  marks,
  explanation,
  changes,
}: ClockReport): ClockOfApplicationView {
  const { id, unit, standard, mode, pauses, takes, calendar } = clock;
  return {
    clock: id,
    subject,
    unit,
    standard,
    mode,
    startedAt: iso(clock.startedAt),
    ...(clock.dueAt === undefined ? {} : { dueAt: iso(clock.dueAt) }),
    ...(clock.warnAt === undefined ? {} : { warnAt: iso(clock.warnAt) }),
    ...(clock.endedAt === undefined ? {} : { endedAt: iso(clock.endedAt) }),
    pauses: pauses.map(({ from, to }) => ({
      from: iso(from),
      ...(to === undefined ? {} : { to: iso(to) }),
    })),
    stoodStill: { ...explanation.pauses, minutes: Math.round(explanation.pauses.minutes) },
    extensions: (clock.extensions ?? []).map((one) => ({ ...one, at: iso(one.at) })),
    migrations: (clock.migrations ?? []).map((one) => ({ ...one, at: iso(one.at) })),
    ...(takes ? { takes } : {}),
    calendar,
    marks,
    changes: changes.map(({ at, was, now, because, text }) => ({ at, was, now, because, text })),
  };
}

/** The same with its explanation, also in the reader's language. */
export function explainedClockView(report: ClockReport, language: Language): ExplainedClockView {
  const { lines, timeZone } = report.explanation;
  const { id, version } = report.clock.calendar;
  const countedBy = {
    id: `Dihitung menurut kalender ${id} versi ${version}, zona waktu ${timeZone}.`,
    en: `Counted by version ${version} of the calendar ${id}, in the time zone ${timeZone}.`,
  };
  const said = [...lines, { text: countedBy }, ...report.changes].map(({ text }) => text[language]);
  return { ...clockOfApplicationView(report), timeZone, lines, inWords: said };
}

const iso = (instant: number) => new Date(instant).toISOString();

import type { ReplayDifferenceView, ReplayedView } from '@satu-atap/api';
import { durationInWords, instantInWords } from '@satu-atap/domain';
import { printable } from '../commands/check.ts';

export type Language = 'id' | 'en';
type EventView = ReplayedView['event'];

/** An application as it stood at a moment, for people. */
export function replayLines(
  replayed: ReplayedView,
  timeZone: string,
  language: Language,
): string[] {
  const say = words[language];
  const when = (instant: string) => instantInWords(Date.parse(instant), timeZone)[language];
  const { service, calendars, facts } = replayed;
  const lines = [
    `${say.revision} ${replayed.revision}, ${when(replayed.asOf)}`,
    ...eventLines(replayed.event, timeZone, language),
    `${say.state}: ${replayed.states.join(', ')} (${replayed.slaStatus})`,
    `${say.service}: ${service.title[language]}, ${service.id} ${say.version} ${service.version} (${service.digest.slice(0, 12)})`,
    `${say.calendar}: ${calendars.map(({ id, version }) => `${id} ${say.version} ${version}`).join(', ')}`,
    `${say.facts}:`,
    ...factLines(facts),
    `${say.clocks}:`,
    ...replayed.clocks.map(({ clock, mode, standard, dueAt, isOverdue, calendar }) => {
      const due = dueAt === undefined ? '' : `, ${say.due} ${when(dueAt)}`;
      const late = isOverdue ? `, ${say.overdue}` : '';
      const promised = durationInWords(standard)[language];
      return `  ${clock}: ${say.modes[mode]}, ${promised}${due}${late} (${calendar.id} ${say.version} ${calendar.version})`;
    }),
    ...(replayed.clocks.length === 0 ? [`  ${say.none}`] : []),
    `${say.actions}:`,
    ...replayed.actions.map(({ action, roles, unit, refusal, heldBy, notBy }) => {
      const held = heldBy === undefined ? '' : `; ${say.heldBy} ${heldBy}`;
      const not = notBy === undefined ? '' : `; ${say.notBy} ${notBy.join(', ')}`;
      const no = refusal ? `; ${refusal.detail[language]}` : '';
      return `  ${action}: ${roles.join(', ')} (${unit})${held}${not}${no}`;
    }),
    ...(replayed.actions.length === 0 ? [`  ${say.none}`] : []),
  ];
  return lines.map(printable);
}

/** One block of the history, with the state that it led to. */
export function stepLines(replayed: ReplayedView, timeZone: string, language: Language): string[] {
  const say = words[language];
  const { event, states, clocks } = replayed;
  const running = clocks.filter(({ mode }) => mode !== 'ended');
  const lines = [
    `${say.revision} ${replayed.revision}`,
    ...eventLines(event, timeZone, language),
    `${say.state}: ${states.join(', ')} (${replayed.slaStatus})`,
    ...running.map(({ clock, mode, dueAt }) => {
      const due =
        dueAt === undefined
          ? ''
          : `, ${say.due} ${instantInWords(Date.parse(dueAt), timeZone)[language]}`;
      return `  ${clock}: ${say.modes[mode]}${due}`;
    }),
    '',
  ];
  return lines.map(printable);
}

/** What changed between two moments, for people. */
export function differenceLines(
  { from, to, facts, clocks, events }: ReplayDifferenceView,
  timeZone: string,
  language: Language,
): string[] {
  const say = words[language];
  const shown = (value: unknown) => (value === undefined ? '–' : JSON.stringify(value));
  const clock = (standing: (typeof clocks)[number]['before']) => {
    if (!standing) return '–';
    const { mode, dueAt } = standing;
    const due =
      dueAt === undefined ? '' : `, ${instantInWords(Date.parse(dueAt), timeZone)[language]}`;
    return `${say.modes[mode]}${due}`;
  };
  const lines = [
    `${say.revision} ${from.revision} → ${to.revision}`,
    `${say.state}: ${from.states.join(', ')} → ${to.states.join(', ')}`,
    `${say.facts}:`,
    ...facts.map(({ path, before, after }) => `  ${path}: ${shown(before)} → ${shown(after)}`),
    ...(facts.length === 0 ? [`  ${say.none}`] : []),
    `${say.clocks}:`,
    ...clocks.map((one) => `  ${one.clock}: ${clock(one.before)} → ${clock(one.after)}`),
    ...(clocks.length === 0 ? [`  ${say.none}`] : []),
    `${say.events}:`,
    ...events.flatMap((event) =>
      [`${say.revision} ${event.revision}`, ...eventLines(event, timeZone, language)].map(
        (line) => `  ${line}`,
      ),
    ),
    ...(events.length === 0 ? [`  ${say.none}`] : []),
  ];
  return lines.map(printable);
}

function eventLines(event: EventView, timeZone: string, language: Language): string[] {
  const { type, actor, occurredAt, command, text } = event;
  const when = instantInWords(Date.parse(occurredAt), timeZone)[language];
  const who = [actor.id, actor.roles.join(', '), actor.unit, actor.office].filter(Boolean);
  return [
    `${type}: ${text.title[language]}`,
    ...text.details.map((detail) => `  ${detail[language]}`),
    `  ${when}, ${who.join(' · ')}, ${words[language].command} ${command}`,
  ];
}

/** What was known of the file, leaf by leaf; what the clocks and events tell is left to them. */
function factLines(facts: ReplayedView['facts']): string[] {
  const shown = ['applicant', 'channel', 'data', 'documents', 'fee', 'payments', 'assignments'];
  const more = ['extensions', 'issued', 'migrations', 'ended', 'erased', 'notes'];
  return [...shown, ...more].flatMap((key) => {
    const value = (facts as Record<string, unknown>)[key];
    const isNothing =
      value === undefined || (typeof value === 'object' && Object.keys(value ?? {}).length === 0);
    return isNothing ? [] : [`  ${key}: ${JSON.stringify(value)}`];
  });
}

const words = {
  id: {
    revision: 'Revisi',
    state: 'Tahap',
    service: 'Layanan',
    version: 'versi',
    calendar: 'Kalender',
    facts: 'Fakta',
    clocks: 'Jangka waktu',
    actions: 'Tindakan yang mungkin',
    events: 'Peristiwa',
    command: 'perintah',
    due: 'jatuh tempo',
    overdue: 'terlambat',
    heldBy: 'dipegang',
    notBy: 'bukan oleh',
    none: 'tidak ada',
    modes: { running: 'berjalan', paused: 'berhenti', stopped: 'tidak dihitung', ended: 'selesai' },
  },
  en: {
    revision: 'Revision',
    state: 'State',
    service: 'Service',
    version: 'version',
    calendar: 'Calendar',
    facts: 'Facts',
    clocks: 'Clocks',
    actions: 'Possible actions',
    events: 'Events',
    command: 'command',
    due: 'due',
    overdue: 'overdue',
    heldBy: 'held by',
    notBy: 'not by',
    none: 'none',
    modes: {
      running: 'running',
      paused: 'standing still',
      stopped: 'not counting',
      ended: 'ended',
    },
  },
} as const;

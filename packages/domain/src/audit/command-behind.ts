import type { Application } from '../application/application.ts';
import type { ApplicationCommand } from '../application/commands.ts';
import type { ApplicationEvent } from '../application/events.ts';
import { offeredAction } from '../application/machine.ts';
import { isRefused } from '../application/refusal.ts';
import type { CompiledService } from '../service/compile.ts';
import { recordedCommand, recordedStep, recordedSubmission } from '../trial/recorded-command.ts';

/**
 * The command that the first of its events tells of; undefined for an event that only ever follows
 * another.
 *
 * @param service the version that the application was pinned to
 */
export function commandBehind(
  event: ApplicationEvent,
  service: CompiledService,
  application: Application | undefined,
): ApplicationCommand | undefined {
  if (event.type === 'ApplicationSubmitted') return recordedSubmission(event);
  if (event.type === 'StepTaken') {
    const { automatic, action } = event.data;
    if (automatic) return { type: 'act-on-clock', data: { clock: automatic.clock } };
    const offered = application && offeredAction(service, application, action);
    return recordedStep(event, offered && !isRefused(offered) ? offered : undefined);
  }
  if (event.type === 'ClockParked') {
    const { clock, mark, reason } = event.data;
    return { type: 'park-clock', data: { clock, mark, reason } };
  }
  if (event.type === 'ApplicationMigrated') {
    const { to, from, mapping, orderedBy } = event.data;
    const data = { to: to.version, from: from.version, mapping, orderedBy };
    return { type: 'migrate', data };
  }
  if (isMark(event)) {
    const { clock } = event.data;
    return { type: 'mark-clock', data: { clock, mark: markOf[event.type] } };
  }
  return recordedCommand(event);
}

const markOf = {
  ClockWarned: 'warned',
  ClockBreached: 'breached',
  ClockEscalated: 'escalated',
} as const;

function isMark(
  event: ApplicationEvent,
): event is ApplicationEvent & { type: keyof typeof markOf } {
  return Object.hasOwn(markOf, event.type);
}

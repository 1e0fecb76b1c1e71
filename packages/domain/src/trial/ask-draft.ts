import { activeStates, type Application } from '../application/application.ts';
import { decide } from '../application/decide.ts';
import type { ApplicationEvent } from '../application/events.ts';
import { offeredActions } from '../application/machine.ts';
import { isRefused, type Refusal } from '../application/refusal.ts';
import type { CompiledService } from '../service/compile.ts';
import type { OfficeCalendars } from '../sla/office-calendars.ts';
import { asTheDraftAsks, type Asked } from './as-the-draft-asks.ts';

/** What a draft says to a command. */
export type Answer = {
  /** Why it would have said no: to what was asked, and to what would have been asked then. */
  refusals: Refusal[];
  /** What would have been recorded; absent when it says no all the same. */
  events?: ApplicationEvent[];
};

/** More often than this nobody asks again: each time something else was in the way. */
const mostAttempts = 20;

/** Asks a draft, and again where people would simply have asked otherwise. */
export function askDraft(
  draft: CompiledService,
  application: Application | undefined,
  asked: Asked,
  { calendars, at }: { calendars: OfficeCalendars; at: string },
): Answer {
  const context = { service: draft, calendars, now: Temporal.Instant.from(at) };
  const refusals: Refusal[] = [];
  let next: Asked | undefined = asked;
  for (let attempt = 0; next && attempt < mostAttempts; attempt += 1) {
    const decision = decide(application, next.command, { ...context, actor: next.actor });
    if (!isRefused(decision)) return { refusals, events: decision.events };
    refusals.push(told(decision.refusal, draft, application));
    next = asTheDraftAsks(draft, application, next, decision.refusal);
  }
  return { refusals };
}

/** A refusal as a trial tells it: without the officer who held the file, and with what was offered. */
function told(
  refusal: Refusal,
  draft: CompiledService,
  application: Application | undefined,
): Refusal {
  if (refusal.type === 'assigned-to-another') return { ...refusal, officer: '…' };
  if (refusal.type !== 'unknown-action' || !application) return refusal;
  const available = offeredActions(draft, application).map(({ name }) => name);
  const state = activeStates(application.value);
  return { type: 'action-not-available', action: refusal.action, state, available };
}

import { expect } from 'vitest';
import type { Actor } from '../actor.ts';
import { evolve, type Application } from '../application/application.ts';
import type { ApplicationCommand } from '../application/commands.ts';
import { decide, type Decision } from '../application/decide.ts';
import type { ApplicationEvent } from '../application/events.ts';
import type { Refusal } from '../application/refusal.ts';
import type { CompiledService } from '../service/compile.ts';
import type { OfficeCalendars } from '../sla/office-calendars.ts';

/** An event with who and when; the test's default actor and instant fill in what is not said. */
export type Happening = ApplicationEvent & { by?: Actor; at?: string };

export type Setting = {
  service: CompiledService;
  /** For a migration: the version to go on under. */
  target?: CompiledService;
  calendars: OfficeCalendars;
  actor: Actor;
  at: string;
};

/** `given(setting, …history).when(command, { by, at }).then(…events)` or `.refusedAs(refusal)`. */
export function given(setting: Setting, ...history: Happening[]) {
  const application = fold(setting, history);
  return {
    application,
    when(command: ApplicationCommand, { by = setting.actor, at = setting.at } = {}) {
      const decision = decide(application, command, {
        service: setting.service,
        target: setting.target,
        calendars: setting.calendars,
        actor: by,
        now: Temporal.Instant.from(at),
      });
      return outcome(decision);
    },
  };
}

/** The application after a history. */
export function fold(setting: Setting, history: readonly Happening[]): Application | undefined {
  let application: Application | undefined;
  for (const { by = setting.actor, at = setting.at, ...event } of history) {
    application = evolve(application, event, { actor: by, occurredAt: at });
  }
  return application;
}

function outcome(decision: Decision) {
  return {
    decision,
    then(...events: ApplicationEvent[]) {
      expect(decision).toEqual({ events });
    },
    refusedAs(refusal: Partial<Refusal> & Pick<Refusal, 'type'>) {
      expect(decision).toMatchObject({ refusal });
    },
  };
}

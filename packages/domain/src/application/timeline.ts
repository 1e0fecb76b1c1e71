import { activeStates, type Application, type Step } from './application.ts';
import type { StateValue } from './events.ts';
import { renamed } from './places.ts';

/** One stretch of a file's way: from an instant on, these states were active. */
export type TimelineEntry = {
  at: string;
  value: StateValue;
  /** For a migration: which active state goes on as which. */
  places?: Record<string, string>;
  /** The step that led here; the first entry and migrations have none. */
  step?: Step;
};

/** The file's way through the states, its migrations in their place among the steps. */
export function timelineOf(application: Application): TimelineEntry[] {
  const entries: TimelineEntry[] = [{ at: application.submittedAt, value: application.state }];
  const migrations = application.migrations ?? [];
  let next = 0;
  for (let taken = 0; taken <= application.steps.length; taken += 1) {
    for (let one = migrations[next]; one?.steps === taken; one = migrations[++next]) {
      entries.push({ at: one.at, value: one.after, places: one.places });
    }
    const step = application.steps[taken];
    if (step) entries.push({ at: step.at, value: step.to, step });
  }
  return entries;
}

/** Since when each active state has been active without a break; a migration is no break. */
export function activeSince(application: Application): Map<string, string> {
  let since = new Map<string, string>();
  for (const { at, value, places } of timelineOf(application)) {
    if (places) since = renamed(since, places);
    since = new Map(activeStates(value).map((path) => [path, since.get(path) ?? at]));
  }
  return since;
}

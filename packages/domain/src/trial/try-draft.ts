import { evolve, type Application } from '../application/application.ts';
import type { ApplicationEvent, EventMetadata } from '../application/events.ts';
import { planMigration, type MigrationPlan } from '../migration/plan-migration.ts';
import type { CompiledService } from '../service/compile.ts';
import type { OfficeCalendars } from '../sla/office-calendars.ts';
import { kindOf, type Difference } from './difference.ts';
import { Walk } from './walk.ts';

/** An event of an application's history as it was recorded. */
export type Happened = { event: ApplicationEvent; metadata: EventMetadata; revision: number };

export type TrialContext = {
  draft: CompiledService;
  /** The version that the application is pinned to, see `pinnedVersion`. */
  pinned: CompiledService;
  /** The office's calendars. */
  calendars: OfficeCalendars;
  /** Clocks that still run are looked at as of then. */
  now: Temporal.Instant;
};

/** What a draft would have done with one application. */
export type Trial = {
  /** The version that it was held against: the one that the application is pinned to. */
  version: number;
  /** The event that the walk began with: the first, or the last migration. */
  from: number;
  /** Each kind of difference once, in the order of what happened. */
  differences: Difference[];
  /** The event at which the draft would have the file elsewhere: what came after was not judged. */
  divergedAt?: number;
  ended: boolean;
  /** How it would move to the draft now; absent when it has ended. */
  migration?: MigrationPlan;
};

/**
 * Walks an application's recorded history command by command under a draft: would each have been
 * accepted, at that desk, with the facts of that moment, and have led where it led? Pure: nothing
 * changes.
 *
 * Each command is judged on what is on record, so one difference does not bring forth others: a fee of
 * another amount counts as paid when the recorded one was, and where only the person, the comment or a
 * field would have been another, the walk goes on as if it had been. Where the draft would have the
 * file in another state, nobody can know what people would have done next, and it ends.
 *
 * A file that was migrated is walked from its last migration on: what it did before, it did under a
 * version that somebody decided to leave.
 *
 * @param history from `ApplicationSubmitted` on, in order, all of it
 * @throws Error when it is pinned to another version, and for a history that does not begin with its submission
 */
export function tryDraft(
  history: readonly Happened[],
  { draft, pinned, calendars, now }: TrialContext,
): Trial {
  const lastMigration = history.findLastIndex(({ event }) => event.type === 'ApplicationMigrated');
  const start = Math.max(0, lastMigration);
  const application = fold(history);
  if (pinned.version !== application.service.version) {
    throw new Error(`version ${application.service.version} is not at hand`);
  }

  const walk = new Walk(pinned, draft, calendars);
  const followed = history.slice(start);
  walk.begin(history.slice(0, start + 1), followed[1]);
  for (const [index, happened] of followed.entries()) {
    if (index === 0) continue;
    if (walk.divergedAt !== undefined) break;
    walk.follow(happened, recordedWith(followed, index));
  }
  const differences = walk.end(now.epochMilliseconds).toSorted((a, b) => a.revision - b.revision);
  return {
    version: pinned.version,
    from: history[start]?.revision ?? 0,
    differences: eachKindOnce(differences),
    ...(walk.divergedAt === undefined ? {} : { divergedAt: walk.divergedAt }),
    ended: application.ended !== undefined,
    ...(application.ended ? {} : { migration: planMigration(pinned, draft, application, {}) }),
  };
}

/** The version that an application is pinned to. @throws Error for a history without its beginning */
export function pinnedVersion(history: readonly Pick<Happened, 'event'>[]): number {
  const pin = history.findLast(
    ({ event }) => event.type === 'ApplicationMigrated' || event.type === 'ApplicationSubmitted',
  )?.event;
  if (pin?.type === 'ApplicationMigrated') return pin.data.to.version;
  if (pin?.type === 'ApplicationSubmitted') return pin.data.service.version;
  throw new Error('a history begins with its submission');
}

/** What came with an event: the other events of its command, which are recorded right behind it. */
function recordedWith(history: readonly Happened[], index: number): ApplicationEvent[] {
  const { command } = history[index]?.metadata ?? {};
  const rest = history.slice(index + 1);
  const end = rest.findIndex(({ metadata }) => metadata.command !== command);
  return rest.slice(0, end < 0 ? undefined : end).map(({ event }) => event);
}

function fold(history: readonly Happened[]): Application {
  let application: Application | undefined;
  for (const { event, metadata } of history) application = evolve(application, event, metadata);
  if (!application) throw new Error('a history begins with its submission');
  return application;
}

function eachKindOnce(differences: readonly Difference[]): Difference[] {
  const seen = new Set<string>();
  return differences.filter((difference) => {
    const kind = kindOf(difference);
    return !seen.has(kind) && seen.add(kind);
  });
}

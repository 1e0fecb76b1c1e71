import { evolve, type Application } from '../application/application.ts';
import { decide } from '../application/decide.ts';
import type { ApplicationEvent } from '../application/events.ts';
import type { CompiledService } from '../service/compile.ts';
import { seriesName } from '../service/number-series.ts';
import { asKnownAt, type OfficeCalendars } from '../sla/office-calendars.ts';
import { clockAllowance, hasNews } from './clock-allowance.ts';
import { commandBehind } from './command-behind.ts';
import type { Finding, FindingReason, Unchecked } from './finding.ts';
import { isFormRefused, mayRestOnErased, withAnyForm, type Doubt } from './erased-doubt.ts';
import { checkImportedStart, checkImportedStep } from './imported-step.ts';
import { byCommand, type ReadableStep, type StoredStep } from './stored-step.ts';
import { decisionDifferences, sequenceIn } from './decision-difference.ts';
import { jsonDifference } from './json-difference.ts';

/** What an application's history is held against. */
type ConformanceSetting = {
  /** A version of a service as it was published; undefined when it never was. */
  service: (id: string, version: number) => CompiledService | undefined;
  /** The calendars of an office; undefined when it is not configured. */
  calendars: (office: string) => OfficeCalendars | undefined;
};

export type Conformance = { findings: Finding[]; unchecked: Unchecked[] };

/**
 * Decides every command of a history anew, on the facts as they stood before it and by the rules, the
 * calendars and the version of the service that held then, and compares what is recorded with what would
 * have been. Pure. A finding ends nothing: what follows is held against what is recorded.
 *
 * @param history in the order of the stream
 */
export function checkConformance(
  history: readonly StoredStep[],
  setting: ConformanceSetting,
): Conformance {
  const check = new Check(setting);
  for (const together of byCommand(history)) check.add(together);
  return check;
}

class Check implements Conformance {
  readonly findings: Finding[] = [];
  readonly unchecked: Unchecked[] = [];
  readonly #setting: ConformanceSetting;
  readonly #commands = new Set<string>();
  #application: Application | undefined;
  #next = 0;
  /** Epoch milliseconds and text of the latest that happened so far. */
  #latest = Number.NEGATIVE_INFINITY;
  #latestAt = '';
  #isOfficeMissing = false;

  constructor(setting: ConformanceSetting) {
    this.#setting = setting;
  }

  /** @param together events that one command recorded, or one that cannot be read */
  add(together: readonly StoredStep[]): void {
    for (const stored of together) this.#inOrder(stored);
    const readable = together.filter((one) => 'event' in one);
    const [first] = readable;
    if (!first) return;
    this.#checkMetadata(first, readable);
    if (isImported(first)) {
      for (const one of readable) this.#guarded(one, () => this.#checkImported(one));
      return;
    }
    this.#guarded(first, () => this.#checkDecision(first, readable));
    for (const one of readable) this.#guarded(one, () => this.#evolve(one));
  }

  #inOrder(stored: StoredStep): void {
    const { revision } = stored;
    if (revision !== this.#next) this.#find(stored, { finding: 'gap', expected: this.#next });
    this.#next = revision + 1;
    if ('unreadable' in stored) {
      this.#find(stored, { finding: 'unreadable', reason: stored.unreadable });
      return;
    }
    if (isImported(stored)) return;
    const { occurredAt } = stored.metadata;
    const at = Date.parse(occurredAt);
    if (at < this.#latest - clockAllowance) {
      this.#find(stored, { finding: 'earlier-than-before', before: this.#latestAt });
    }
    if (at > this.#latest) [this.#latest, this.#latestAt] = [at, occurredAt];
  }

  #checkMetadata(first: ReadableStep, together: readonly ReadableStep[]): void {
    for (const one of together.slice(1)) {
      const difference = jsonDifference(one.metadata, first.metadata);
      if (difference && !isImported(one))
        this.#find(one, { finding: 'mixed-command', path: difference.path });
    }
    const { command, office: recorded } = first.metadata;
    const office =
      this.#application?.office ??
      (first.event.type === 'ApplicationSubmitted' ? first.event.data.office : undefined);
    if (office !== undefined && recorded !== undefined && office !== recorded) {
      this.#find(first, { finding: 'other-office', office, recorded });
    }
    if (isImported(first)) return;
    if (this.#commands.has(command)) this.#find(first, { finding: 'repeated-command', command });
    this.#commands.add(command);
  }

  #checkDecision(first: ReadableStep, together: readonly ReadableStep[]): void {
    const before = this.#application;
    const pinned = pinnedBy(before, first.event);
    if (!pinned) return this.#find(first, { finding: 'not-called-for' });
    const service = this.#setting.service(pinned.id, pinned.version);
    if (!service) return this.#findVersion(first, pinned);
    const calendars = this.#calendars(first, pinned.office);
    if (!calendars) return;
    const command = commandBehind(first.event, service, before);
    if (!command) return this.#find(first, { finding: 'not-called-for' });
    const target =
      command.type === 'migrate' ? this.#setting.service(pinned.id, command.data.to) : undefined;
    if (command.type === 'migrate' && !target) {
      return this.#findVersion(first, { id: pinned.id, version: command.data.to });
    }
    const { actor, occurredAt } = first.metadata;
    const now = Temporal.Instant.from(occurredAt);
    const decided = (knownAt: number, by = service) =>
      decide(before, command, {
        service: by,
        target,
        calendars: asKnownAt(calendars, knownAt),
        actor,
        now,
        sequenceIn: (series) => sequenceIn(together, seriesName(series)),
      });
    const at = now.epochMilliseconds;
    const found = decisionDifferences(decided(at), together);
    if (found.length === 0) return;
    // A calendar that was published by a clock a little ahead of this one may have been known.
    if (hasNews(calendars, service, at)) {
      if (decisionDifferences(decided(at + clockAllowance), together).length === 0) return;
    }
    const erased = [...(before?.erased ?? []), ...together.flatMap(unopened)];
    const doubt = { service, erased };
    for (const [one, reason] of found) {
      const isSpared = this.#findOrSpare(one ?? first, reason, doubt);
      if (!isSpared || !isFormRefused(reason)) continue;
      const rest = decisionDifferences(decided(at, withAnyForm(service)), together);
      for (const [other, why] of rest) this.#findOrSpare(other ?? first, why, doubt);
    }
  }

  /** What cannot be checked again is no finding. @returns whether it is spared */
  #findOrSpare(stored: ReadableStep, reason: FindingReason, doubt: Doubt): boolean {
    if (mayRestOnErased(stored.event, reason, doubt)) this.#spare(stored, 'erased');
    else if (isUnversioned(stored.event) && reason.finding !== 'not-called-for') {
      this.#spare(stored, 'calendar-unversioned');
    } else {
      this.#find(stored, reason);
      return false;
    }
    return true;
  }

  /** Counts an event once, however much of it cannot be checked. */
  #spare(stored: ReadableStep, why: Unchecked['why']): void {
    if (this.unchecked.at(-1)?.revision === stored.revision) return;
    this.unchecked.push({ ...about(stored), why });
  }

  #checkImported(stored: ReadableStep): void {
    const { event, metadata } = stored;
    const before = this.#application;
    this.#evolve(stored);
    const pinned = pinnedBy(before, event);
    const service = pinned && this.#setting.service(pinned.id, pinned.version);
    if (pinned && !service) return this.#findVersion(stored, pinned);
    if (!service || !this.#application) return;
    if (event.type === 'ApplicationSubmitted') {
      const reason = checkImportedStart(service, event, this.#application);
      if (reason) this.#find(stored, reason);
    } else if (event.type === 'StepTaken' && before) {
      const reason = checkImportedStep(service, before, event, metadata);
      if (reason === 'unchecked') {
        this.#spare(stored, 'imported-without-facts');
      } else if (reason) this.#find(stored, reason);
    }
  }

  #evolve({ event, metadata }: ReadableStep): void {
    this.#application = evolve(this.#application, event, metadata);
  }

  #calendars(stored: ReadableStep, office: string): OfficeCalendars | undefined {
    const calendars = this.#setting.calendars(office);
    if (!calendars && !this.#isOfficeMissing) {
      this.#isOfficeMissing = true;
      this.#find(stored, { finding: 'unknown-office', office });
    }
    return calendars;
  }

  /** What is recorded may be such that no rule can be asked: that is a finding, and no fault here. */
  #guarded(stored: ReadableStep, work: () => void): void {
    try {
      work();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#find(stored, { finding: 'undecidable', reason });
    }
  }

  #findVersion(stored: ReadableStep, { id, version }: { id: string; version: number }): void {
    this.#find(stored, { finding: 'unknown-version', service: id, version });
  }

  #find(stored: StoredStep, reason: FindingReason): void {
    const who =
      'metadata' in stored ? { at: stored.metadata.occurredAt, by: stored.metadata.actor.id } : {};
    this.findings.push({ ...about(stored), ...who, ...reason });
  }
}

/** Records of clocks from before calendars had versions cannot be counted again. */
function isUnversioned(event: ApplicationEvent): boolean {
  const isMark = event.type === 'ClockWarned' || event.type === 'ClockBreached';
  return isMark && event.data.calendar === undefined;
}

/** Its personal parts that could not be opened. */
function unopened({ event }: ReadableStep): string[] {
  return ('sealed' in event.data && event.data.sealed?.fields) || [];
}

type Pinned = { id: string; version: number; office: string };

function pinnedBy(
  application: Application | undefined,
  event: ApplicationEvent,
): Pinned | undefined {
  if (application) return { ...application.service, office: application.office };
  if (event.type !== 'ApplicationSubmitted') return undefined;
  return { ...event.data.service, office: event.data.office };
}

function isImported({ event }: Partial<ReadableStep>): boolean {
  return (
    (event?.type === 'ApplicationSubmitted' || event?.type === 'StepTaken') &&
    event.data.imported !== undefined
  );
}

function about({ revision, type }: StoredStep) {
  return { revision, event: type };
}

import { activeStates, evolve, type Application } from '../application/application.ts';
import { decide } from '../application/decide.ts';
import type { ApplicationEvent, StateValue } from '../application/events.ts';
import { initialState, offeredAction, offeredActions, settledAt } from '../application/machine.ts';
import { isRefused, type Refusal } from '../application/refusal.ts';
import { timelineOf } from '../application/timeline.ts';
import { canonicalJson } from '../json.ts';
import { targetState } from '../migration/target-state.ts';
import type { CompiledService } from '../service/compile.ts';
import type { WorkingCalendar } from '../sla/calendar.ts';
import { carriedClocks } from '../sla/carried-clocks.ts';
import { asTheDraftAsks, type Asked } from './as-the-draft-asks.ts';
import { clockDifferences } from './compare-clocks.ts';
import type { Difference } from './difference.ts';
import { placeOf, stepPlace } from './place.ts';
import { recordedCommand, recordedStep, recordedSubmission } from './recorded-command.ts';
import type { Happened } from './try-draft.ts';

type EventOf<Type extends ApplicationEvent['type']> = Extract<ApplicationEvent, { type: Type }>;
type About = Pick<Difference, 'revision' | 'at'>;

/** More often than this nobody asks again: each time something else was in the way. */
const mostAttempts = 20;

/** One history under two versions: as it was recorded, and as the draft would have it. */
export class Walk {
  /** The event at which the draft would have the file in another state than it was in. */
  divergedAt: number | undefined;
  readonly #pinned: CompiledService;
  readonly #draft: CompiledService;
  readonly #calendar: WorkingCalendar;
  readonly #differences: Difference[] = [];
  /** Instants (epoch milliseconds) → what was recorded then. */
  readonly #happened = new Map<number, About>();
  #begun = 0;
  /** The same facts, under each version; equal in their state until the walk diverges. */
  #recorded: Application | undefined;
  #tried: Application | undefined;

  constructor(pinned: CompiledService, draft: CompiledService, calendar: WorkingCalendar) {
    this.#pinned = pinned;
    this.#draft = draft;
    this.#calendar = calendar;
  }

  /** Puts the file where it is to be followed from: at its submission, or after its migration. */
  begin(until: readonly Happened[], next: Happened | undefined): void {
    const last = until.at(-1);
    if (!last) throw new Error('a history begins with its submission');
    this.#happened.set(Date.parse(last.metadata.occurredAt), about(last));
    let application: Application | undefined;
    for (const { event, metadata } of until) application = evolve(application, event, metadata);
    this.#recorded = application;
    if (last.event.type === 'ApplicationSubmitted') this.#submit(last, last.event, next);
    else if (application) this.#place(last, application);
  }

  /** Asks the draft for what was asked for then. Not after it diverged. */
  follow(happened: Happened): void {
    const { event, metadata } = happened;
    const [recorded, tried] = [this.#recorded, this.#tried];
    if (!recorded || !tried) throw new Error('a walk begins before it goes on');
    this.#happened.set(Date.parse(metadata.occurredAt), about(happened));
    if (event.type === 'StepTaken') return this.#step(happened, event, recorded, tried);
    const command = recordedCommand(event);
    if (command && !this.#isFeeOfSubmission(event)) {
      const place = placeOf(event, recorded);
      this.#ask(happened, { command, actor: metadata.actor }, place, tried);
    }
    this.#recorded = evolve(recorded, event, metadata);
    this.#tried = evolve(tried, event, metadata);
  }

  /** What was found, with the clocks of the way that was followed; `now` in epoch milliseconds. */
  end(now: number): Difference[] {
    const [recorded, tried] = [this.#recorded, this.#tried];
    if (!recorded || !tried) return this.#differences;
    const diverged = [...this.#happened].find(([, { revision }]) => revision === this.divergedAt);
    return [
      ...this.#differences,
      ...clockDifferences(
        { service: this.#pinned, application: recorded },
        { service: this.#draft, application: tried },
        {
          calendar: this.#calendar,
          begun: this.#begun,
          until: diverged?.[0] ?? now,
          happened: (epoch) => this.#happened.get(epoch) ?? { revision: 0, at: iso(epoch) },
        },
      ),
    ];
  }

  #submit(
    happened: Happened,
    event: EventOf<'ApplicationSubmitted'>,
    next: Happened | undefined,
  ): void {
    const { metadata } = happened;
    const { id, version, digest } = this.#draft;
    const command = recordedSubmission(event);
    const events = this.#ask(happened, { command, actor: metadata.actor }, 'form', undefined);
    const data = { ...event.data, service: { id, version, digest } };
    let submitted = events?.find((one) => one.type === 'ApplicationSubmitted');
    if (!submitted) {
      // It goes on as if what the form asks for had been given, whatever that would be.
      const draft = evolve(undefined, { type: event.type, data }, metadata);
      const state = initialState(this.#draft, draft).value;
      submitted = { type: 'ApplicationSubmitted', data: { ...data, state } };
    }
    this.#tried = evolve(undefined, submitted, metadata);
    this.#compareFees(happened, submitted.data.data, next);
    const { state: was } = event.data;
    const { state: wouldBe } = submitted.data;
    if (isSame(was, wouldBe)) return;
    this.#note(happened, { type: 'leads-elsewhere', place: 'submission', was, wouldBe });
    this.#diverge(happened);
  }

  /** What submission alone decides is to be paid. */
  #compareFees(
    happened: Happened,
    data: EventOf<'ApplicationSubmitted'>['data']['data'],
    next: Happened | undefined,
  ): void {
    const recorded = next && this.#isFeeOfSubmission(next.event) ? next : undefined;
    const was = recorded?.event.type === 'FeeAssessed' ? recorded.event.data.amount : undefined;
    const wouldBe = this.#draft.feeAtSubmission(data)?.amount;
    if (was !== wouldBe) {
      this.#note(recorded ?? happened, {
        type: 'fee',
        place: 'fee',
        ...(was === undefined ? {} : { was }),
        ...(wouldBe === undefined ? {} : { wouldBe }),
      });
    }
    // A fee that nobody was asked for counts as paid, like one of another amount.
    if (was === undefined && wouldBe !== undefined && this.#tried) {
      const nothingDue = { type: 'FeeAssessed', data: { amount: 0 } } as const;
      this.#tried = evolve(this.#tried, nothingDue, happened.metadata);
    }
  }

  #isFeeOfSubmission(event: ApplicationEvent): boolean {
    const { kind } = this.#pinned.definition.fee;
    return event.type === 'FeeAssessed' && kind !== 'assessed';
  }

  /** The file as its last migration left it, under the draft. */
  #place(happened: Happened, application: Application): void {
    const { id, version, digest } = this.#draft;
    const was = application.value;
    this.#begun = timelineOf(application).length - 1;
    const target = targetState(this.#pinned, this.#draft, application, {});
    const isThere =
      'value' in target || target.problems.every(({ type }) => type === 'unit-changed');
    const pinned = { ...application, service: { id, version, digest } };
    if (!isThere || !isSame(settledAt(this.#draft, pinned, was).value, was)) {
      this.#note(happened, { type: 'no-place', place: 'migration', was });
      this.#diverge(happened);
      return;
    }
    const places = 'value' in target ? Object.fromEntries(target.targets) : {};
    const at = Temporal.Instant.from(happened.metadata.occurredAt);
    const clocks = carriedClocks(this.#pinned, this.#draft, application, { places }, at);
    this.#tried = { ...pinned, carriedClocks: clocks };
  }

  #step(
    happened: Happened,
    event: EventOf<'StepTaken'>,
    recorded: Application,
    tried: Application,
  ): void {
    const { metadata } = happened;
    const offered = offeredAction(this.#pinned, recorded, event.data.action);
    const action = isRefused(offered) ? undefined : offered;
    const place = stepPlace(event.data.action, action);
    const command = recordedStep(event, action);
    const events = this.#ask(happened, { command, actor: metadata.actor }, place, tried);
    const taken = events?.find((one) => one.type === 'StepTaken');
    if (!taken) return this.#diverge(happened);

    const { to: was, outcome } = event.data;
    const { to: wouldBe, outcome: wouldEnd } = taken.data;
    if (!isSame(was, wouldBe)) {
      this.#note(happened, { type: 'leads-elsewhere', place, was, wouldBe });
      return this.#diverge(happened);
    }
    this.#compareData(happened, place, event.data.data, taken.data.data);
    if (outcome !== wouldEnd) {
      this.#note(happened, {
        type: 'ends-otherwise',
        place,
        ...(outcome === undefined ? {} : { was: outcome }),
        ...(wouldEnd === undefined ? {} : { wouldBe: wouldEnd }),
      });
      if (outcome === undefined || wouldEnd === undefined) return this.#diverge(happened);
    }
    this.#recorded = evolve(recorded, event, metadata);
    this.#tried = evolve(tried, taken, metadata);
  }

  #compareData(
    happened: Happened,
    place: string,
    was: EventOf<'StepTaken'>['data']['data'] = {},
    wouldBe: EventOf<'StepTaken'>['data']['data'] = {},
  ): void {
    const fields = [...new Set([...Object.keys(was), ...Object.keys(wouldBe)])]
      .filter((field) => was[field] !== wouldBe[field])
      .filter((field) => !this.#refusedFields.has(`${happened.revision} ${field}`));
    if (fields.length > 0) this.#note(happened, { type: 'sets-otherwise', place, fields });
  }

  /** Fields that the draft would not have taken, by revision: their absence is no news. */
  readonly #refusedFields = new Set<string>();

  /**
   * Asks the draft, and again where people would simply have asked otherwise.
   *
   * @returns what would have been recorded; undefined when it says no all the same
   */
  #ask(
    happened: Happened,
    asked: Asked,
    place: string,
    application: Application | undefined,
  ): ApplicationEvent[] | undefined {
    const now = Temporal.Instant.from(happened.metadata.occurredAt);
    const context = { service: this.#draft, calendar: this.#calendar, now };
    let next: Asked | undefined = asked;
    for (let attempt = 0; next && attempt < mostAttempts; attempt += 1) {
      const decision = decide(application, next.command, { ...context, actor: next.actor });
      if (!isRefused(decision)) return decision.events;
      const refusal = this.#told(decision.refusal, application);
      this.#refuse(happened, next.command.type, place, refusal);
      next = asTheDraftAsks(this.#draft, application ?? this.#recorded, next, decision.refusal);
    }
    return undefined;
  }

  #refuse(happened: Happened, command: Asked['command']['type'], place: string, refusal: Refusal) {
    if (refusal.type === 'field-not-allowed') {
      this.#refusedFields.add(`${happened.revision} ${refusal.field}`);
    }
    if (refusal.type !== 'invalid-data') {
      return this.#note(happened, { type: 'refused', command, place, refusal });
    }
    for (const issue of refusal.issues) {
      const one: Refusal = { type: 'invalid-data', issues: [issue] };
      const at = `${place}/${issue.field}`;
      this.#note(happened, { type: 'refused', command, place: at, refusal: one });
    }
  }

  /** A refusal as a trial tells it: without the officer who held the file, and with what was offered. */
  #told(refusal: Refusal, application: Application | undefined): Refusal {
    if (refusal.type === 'assigned-to-another') return { ...refusal, officer: '…' };
    if (refusal.type !== 'unknown-action' || !application) return refusal;
    const available = offeredActions(this.#draft, application).map(({ name }) => name);
    const state = activeStates(application.value);
    return { type: 'action-not-available', action: refusal.action, state, available };
  }

  #note(happened: Happened, found: DistributiveOmit<Difference, keyof About>): void {
    this.#differences.push({ ...found, ...about(happened) });
  }

  #diverge({ revision }: Happened): void {
    this.divergedAt = revision;
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

const about = ({ revision, metadata }: Happened): About => ({ revision, at: metadata.occurredAt });
const iso = (epoch: number) => new Date(epoch).toISOString();
const isSame = (one: StateValue, other: StateValue) => canonicalJson(one) === canonicalJson(other);

import { evolve, type Application } from '../application/application.ts';
import type { ApplicationCommand } from '../application/commands.ts';
import type { ApplicationEvent, FormData, StateValue } from '../application/events.ts';
import { initialState, offeredAction, settledAt } from '../application/machine.ts';
import { isRefused, type Refusal } from '../application/refusal.ts';
import { timelineOf } from '../application/timeline.ts';
import { canonicalJson } from '../json.ts';
import { targetState } from '../migration/target-state.ts';
import type { CompiledService } from '../service/compile.ts';
import type { OfficeCalendars } from '../sla/office-calendars.ts';
import { carriedClocks } from '../sla/carried-clocks.ts';
import { askDraft, type Answer } from './ask-draft.ts';
import { clockDifferences } from './compare-clocks.ts';
import type { Difference } from './difference.ts';
import { issueDifference } from './issued.ts';
import { placed, placeOf, stepPlace } from './place.ts';
import { recordedCommand, recordedStep, recordedSubmission } from './recorded-command.ts';
import type { Happened } from './try-draft.ts';

type EventOf<Type extends ApplicationEvent['type']> = Extract<ApplicationEvent, { type: Type }>;
type About = Pick<Difference, 'revision' | 'at'>;

/** One history under two versions: as it was recorded, and as the draft would have it. */
export class Walk {
  /** The event at which the draft would have the file in another state than it was in. */
  divergedAt: number | undefined;
  readonly #pinned: CompiledService;
  readonly #draft: CompiledService;
  readonly #calendars: OfficeCalendars;
  readonly #differences: Difference[] = [];
  /** Instants (epoch milliseconds) → what was recorded then. */
  readonly #happened = new Map<number, About>();
  #begun = 0;
  /** The same facts, under each version; equal in their state until the walk diverges. */
  #recorded: Application | undefined;
  #tried: Application | undefined;

  constructor(pinned: CompiledService, draft: CompiledService, calendars: OfficeCalendars) {
    this.#pinned = pinned;
    this.#draft = draft;
    this.#calendars = calendars;
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

  /**
   * Asks the draft for what was asked for then. Not after it diverged.
   *
   * @param consequences what was recorded with it, which is followed too when its turn comes
   */
  follow(happened: Happened, consequences: readonly ApplicationEvent[]): void {
    const { event, metadata } = happened;
    const [recorded, tried] = [this.#recorded, this.#tried];
    if (!recorded || !tried) throw new Error('a walk begins before it goes on');
    this.#happened.set(Date.parse(metadata.occurredAt), about(happened));
    if (event.type === 'StepTaken') {
      this.#step(happened, { event, consequences }, recorded, tried);
      return;
    }
    const command = recordedCommand(event);
    if (command && !this.#isFeeByData(event)) {
      const place = placeOf(event, recorded);
      this.#ask(happened, command, place, tried);
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
          calendars: this.#calendars,
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
    const { events } = this.#ask(happened, command, 'form', undefined);
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
  #compareFees(happened: Happened, data: FormData, next: Happened | undefined): void {
    const recorded = next && this.#isFeeByData(next.event) ? next : undefined;
    const was = recorded?.event.type === 'FeeAssessed' ? recorded.event.data.amount : undefined;
    const wouldBe = this.#draft.feeByData(data)?.amount;
    this.#noteFees(recorded ?? happened, was, wouldBe);
    // A fee that nobody was asked for counts as paid, like one of another amount.
    if (was === undefined && wouldBe !== undefined && this.#tried) {
      const nothingDue = { type: 'FeeAssessed', data: { amount: 0 } } as const;
      this.#tried = evolve(this.#tried, nothingDue, happened.metadata);
    }
  }

  /** What the draft would have assessed anew: its own fees compared, for another was paid. */
  #correctedFee({ data: before }: Application, set: FormData | undefined): number | undefined {
    const due = this.#draft.feeByData({ ...before, ...set })?.amount;
    return due === this.#draft.feeByData(before)?.amount ? undefined : due;
  }

  #noteFees(happened: Happened, was: number | undefined, wouldBe: number | undefined): void {
    if (was === wouldBe) return;
    this.#note(happened, {
      type: 'fee',
      place: 'fee',
      ...(was === undefined ? {} : { was }),
      ...(wouldBe === undefined ? {} : { wouldBe }),
    });
  }

  /** A fee that follows from the data is asked for by nobody. */
  #isFeeByData(event: ApplicationEvent): boolean {
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
    {
      event,
      consequences,
    }: { event: EventOf<'StepTaken'>; consequences: readonly ApplicationEvent[] },
    recorded: Application,
    tried: Application,
  ): void {
    const { metadata } = happened;
    const offered = offeredAction(this.#pinned, recorded, event.data.action);
    const action = isRefused(offered) ? undefined : offered;
    const place = stepPlace(event.data.action, action);
    const command = recordedStep(event, action);
    const { events, refusals } = this.#ask(happened, command, place, tried);
    const taken = events?.find((one) => one.type === 'StepTaken');
    if (!events || !taken) return this.#diverge(happened);

    const { to: was, outcome } = event.data;
    const { to: wouldBe, outcome: wouldEnd } = taken.data;
    if (!isSame(was, wouldBe)) {
      this.#note(happened, { type: 'leads-elsewhere', place, was, wouldBe });
      return this.#diverge(happened);
    }
    const fields = fieldsOtherwise(event.data.data, taken.data.data, refusals);
    if (fields.length > 0) this.#note(happened, { type: 'sets-otherwise', place, fields });
    this.#noteFees(happened, feeIn(consequences), this.#correctedFee(tried, taken.data.data));
    const issues = issueDifference(this.#pinned, consequences, this.#draft, events);
    if (issues) this.#note(happened, { ...issues, place });
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

  /** Asks the draft, and notes what it would have said no to. */
  #ask(
    happened: Happened,
    command: ApplicationCommand,
    place: string,
    application: Application | undefined,
  ): Answer {
    const { actor, occurredAt: at } = happened.metadata;
    const asked = { command, actor };
    const answer = askDraft(this.#draft, application, asked, { calendars: this.#calendars, at });
    for (const refusal of answer.refusals) {
      for (const { place: where, refusal: why } of placed(refusal, place)) {
        const found = { type: 'refused', command: command.type, place: where } as const;
        this.#note(happened, { ...found, refusal: why });
      }
    }
    return answer;
  }

  #note(happened: Happened, found: DistributiveOmit<Difference, keyof About>): void {
    this.#differences.push({ ...found, ...about(happened) });
  }

  #diverge({ revision }: Happened): void {
    this.divergedAt = revision;
  }
}

/** Fields that would hold something else; not those that the draft would not have taken at all. */
function fieldsOtherwise(
  was: FormData = {},
  wouldBe: FormData = {},
  refusals: readonly Refusal[],
): string[] {
  const refused = refusals.map((one) => one.type === 'field-not-allowed' && one.field);
  return [...new Set([...Object.keys(was), ...Object.keys(wouldBe)])]
    .filter((field) => was[field] !== wouldBe[field])
    .filter((field) => !refused.includes(field));
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

const about = ({ revision, metadata }: Happened): About => ({ revision, at: metadata.occurredAt });
function feeIn(events: readonly ApplicationEvent[]): number | undefined {
  return events.find((event) => event.type === 'FeeAssessed')?.data.amount;
}

const iso = (epoch: number) => new Date(epoch).toISOString();
const isSame = (one: StateValue, other: StateValue) => canonicalJson(one) === canonicalJson(other);

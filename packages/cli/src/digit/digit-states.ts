import type { Duration, ServiceDefinitionInput } from '@satu-atap/domain';
import { described, isEnd, nameOf, type DigitGraph, type Move } from './digit-graph.ts';
import { isApplicantsOnly, type Naming } from './digit-naming.ts';
import type { ImportReport } from './digit-report.ts';
import type { DigitState } from './digit-service.ts';
import { wallClock } from './digit-time.ts';

type StateInput = ServiceDefinitionInput['workflow']['states'][string];
type ActionInput = NonNullable<StateInput['on']>[string];

/** Turns the states of a DIGIT service, one by one, into those of a workflow. */
export class StateConversion {
  readonly #graph: DigitGraph;
  readonly #naming: Naming;
  readonly #report: ImportReport;
  readonly #clocks: ReadonlyMap<DigitState, 'paused' | 'stopped'>;

  /** @param states those that become states of the workflow */
  constructor(
    graph: DigitGraph,
    states: readonly DigitState[],
    naming: Naming,
    report: ImportReport,
  ) {
    this.#graph = graph;
    this.#naming = naming;
    this.#report = report;
    this.#clocks = this.#clocksOf(states);
  }

  convert(state: DigitState): StateInput {
    const moves = this.#movesOf(state);
    const title =
      state.state === null
        ? { id: 'Permohonan baru', en: 'New application' }
        : this.#naming.stateTitle(state);
    if (isEnd(state, moves)) {
      this.#reportEnd(state, moves);
      return { title, type: 'final', outcome: this.#naming.state(state) };
    }
    if (state.isTerminateState) {
      const leadingOn = moves.filter(({ target }) => target !== state).map(({ action }) => action);
      this.#decide(
        `${nameOf(state)} is marked as an end but has ${leadingOn.join(', ')}: it is no end here`,
        state,
      );
    }
    const clock = this.#clocks.get(state);
    if (clock) this.#leaveTime(state, `its clock is ${clock}`);
    const counted = clock ? null : state.sla;
    return {
      title,
      ...(clock ? { clock } : {}),
      ...(counted === null ? {} : { standard: this.duration(counted, nameOf(state), state.line) }),
      on: this.#on(state, moves),
    };
  }

  duration(milliseconds: number, of: string, line: number): Duration {
    const { duration, rounded } = wallClock(milliseconds);
    if (rounded) {
      this.#report.decided.add(
        `The time of ${of}, ${milliseconds} ms, is rounded up to ${rounded}`,
        line,
      );
    }
    return duration;
  }

  #decide(text: string, { line }: { line: number }): void {
    this.#report.decided.add(text, line);
  }

  #movesOf(state: DigitState): readonly Move[] {
    return this.#graph.moves.get(state) ?? [];
  }

  #leaveTime(state: DigitState, why: string): void {
    if (state.sla === null) return;
    const what = `The time of ${nameOf(state)}, ${state.sla} ms`;
    this.#report.notCarried.add(`${what}: ${why}, so none is counted`, state.line);
  }

  #reportEnd(state: DigitState, moves: readonly Move[]): void {
    this.#leaveTime(state, 'it is an end');
    if (!state.isTerminateState) {
      this.#decide(
        `${nameOf(state)} has no actions and is not marked as an end: it is one here`,
        state,
      );
    }
    if (moves.length > 0) {
      const names = moves.map(described).join(', ');
      this.#report.notCarried.add(
        `${names} of ${nameOf(state)}: nothing is done after the end`,
        state.line,
      );
    }
  }

  /** Where the promised time does not run; where it would run nowhere, it runs in all of them. */
  #clocksOf(states: readonly DigitState[]): Map<DigitState, 'paused' | 'stopped'> {
    const acting = states.filter((state) => !isEnd(state, this.#movesOf(state)));
    const found = acting.map((state) => ({ state, ...this.#clockOf(state) }));
    if (acting.length > 0 && found.every(({ clock }) => clock)) {
      this.#report.decided.add(
        'The clock would stand still in every state, so it runs in all of them',
      );
      return new Map();
    }
    const clocks = new Map<DigitState, 'paused' | 'stopped'>();
    for (const { state, clock, why } of found) {
      if (!clock) continue;
      clocks.set(state, clock);
      this.#decide(why, state);
    }
    return clocks;
  }

  #clockOf(state: DigitState): { clock?: 'paused' | 'stopped'; why: string } {
    const name = nameOf(state);
    if (state.isTerminateState)
      return { clock: 'stopped', why: `The clock stops in ${name}, which is marked as an end` };
    if (state.state === null) {
      return {
        clock: 'stopped',
        why: 'The clock stands still in the unnamed start, until the first action',
      };
    }
    if (state.state === 'APPROVED') {
      return {
        clock: 'stopped',
        why: `${name} is no end, but the promise is kept there: the clock stops in it`,
      };
    }
    if (!this.#movesOf(state).every(({ roles }) => isApplicantsOnly(roles))) return { why: '' };
    return {
      clock: 'paused',
      why: `Only the applicant acts in ${name}: the clock is paused there`,
    };
  }

  #on(state: DigitState, moves: readonly Move[]): Record<string, ActionInput> {
    const ofName = Map.groupBy(moves, ({ action }) => action);
    return Object.fromEntries(
      moves.map(({ action, roles, target, line }) => {
        const split = (ofName.get(action)?.length ?? 0) > 1;
        // A no-break space keeps it apart from an action that DIGIT itself calls so.
        const name = split ? `${action}\u00A0TO_${nameOf(target)}` : action;
        if (split) {
          this.#decide(
            `${action} of ${nameOf(state)} leads to several states: ` +
              `the one to ${nameOf(target)} is "${this.#naming.action(name)}"`,
            { line },
          );
        }
        return [
          this.#naming.action(name),
          {
            title: this.#naming.actionTitle(name),
            roles: this.#naming.roles(roles),
            target: this.#naming.state(target),
          },
        ];
      }),
    );
  }
}

import type { Duration, ServiceDefinitionInput } from '@satu-atap/domain';
import { wallClock } from './digit-duration.ts';
import { nameOf, type DigitGraph, type Move } from './digit-graph.ts';
import { isApplicantsOnly, type Naming } from './digit-naming.ts';
import type { ImportReport } from './digit-report.ts';
import type { DigitState } from './digit-service.ts';

type StateInput = ServiceDefinitionInput['workflow']['states'][string];
type ActionInput = NonNullable<StateInput['on']>[string];

/** Turns the states of a DIGIT service, one by one, into those of a workflow. */
export class StateConversion {
  readonly #graph: DigitGraph;
  readonly #naming: Naming;
  readonly #report: ImportReport;

  constructor(graph: DigitGraph, naming: Naming, report: ImportReport) {
    this.#graph = graph;
    this.#naming = naming;
    this.#report = report;
  }

  convert(state: DigitState): StateInput {
    const moves = this.#graph.moves.get(state) ?? [];
    const title =
      state.state === null
        ? { id: 'Permohonan baru', en: 'New application' }
        : this.#naming.title(state.state);
    if (this.#isFinal(state, moves)) {
      this.#leaveTime(state, 'it is an end');
      return { title, type: 'final', outcome: this.#naming.state(state) };
    }
    const clock = this.#clock(state, moves);
    if (clock) this.#leaveTime(state, `its clock is ${clock}`);
    const counted = clock ? null : state.sla;
    return {
      title,
      ...(clock ? { clock } : {}),
      ...(counted === null ? {} : { standard: this.duration(counted, nameOf(state)) }),
      on: this.#on(state, moves),
    };
  }

  duration(milliseconds: number, of: string): Duration {
    const { duration, rounded } = wallClock(milliseconds);
    if (rounded) this.#decide(`The time of ${of}, ${milliseconds} ms, is rounded up to minutes.`);
    return duration;
  }

  #decide(text: string): void {
    this.#report.decided.push(text);
  }

  #leaveTime(state: DigitState, why: string): void {
    if (state.sla === null) return;
    this.#report.notCarried.push(
      `The time of ${nameOf(state)}, ${state.sla} ms: ${why}, so none is counted.`,
    );
  }

  #isFinal(state: DigitState, moves: readonly Move[]): boolean {
    const names = (those: readonly Move[]) => those.map(({ action }) => action).join(', ');
    const leadingOn = moves.filter(({ target }) => target !== state);
    if (!state.isTerminateState) {
      if (moves.length > 0) return false;
      this.#decide(`${nameOf(state)} has no actions and is not marked as an end: it is one here.`);
      return true;
    }
    if (leadingOn.length > 0) {
      this.#decide(
        `${nameOf(state)} is marked as an end but has ${names(leadingOn)}: it is no end here, ` +
          'and the clock stops in it.',
      );
      return false;
    }
    if (moves.length > 0) {
      this.#report.notCarried.push(
        `${names(moves)} of ${nameOf(state)}: nothing is done after the end.`,
      );
    }
    return true;
  }

  #clock(state: DigitState, moves: readonly Move[]): 'paused' | 'stopped' | undefined {
    if (state.isTerminateState) return 'stopped';
    if (state.state === null) {
      this.#decide('The clock stands still in the unnamed start, until the first action.');
      return 'stopped';
    }
    if (state.state === 'APPROVED') {
      this.#decide('APPROVED is no end, but the promise is kept there: the clock stops in it.');
      return 'stopped';
    }
    if (!moves.every(({ roles }) => isApplicantsOnly(roles))) return undefined;
    this.#decide(`Only the applicant acts in ${nameOf(state)}: the clock is paused there.`);
    return 'paused';
  }

  #on(state: DigitState, moves: readonly Move[]): Record<string, ActionInput> {
    const ofName = Map.groupBy(moves, ({ action }) => action);
    return Object.fromEntries(
      moves.map(({ action, roles, target }) => {
        const split = (ofName.get(action)?.length ?? 0) > 1;
        // A no-break space keeps it apart from an action that DIGIT itself calls so.
        const name = split ? `${action}\u00A0TO_${nameOf(target)}` : action;
        if (split) {
          this.#decide(
            `${action} of ${nameOf(state)} leads to several states: ` +
              `the one to ${nameOf(target)} is "${this.#naming.action(name)}".`,
          );
        }
        return [
          this.#naming.action(name),
          {
            title: this.#naming.title(name),
            roles: this.#naming.roles(roles),
            target: this.#naming.state(target),
          },
        ];
      }),
    );
  }
}

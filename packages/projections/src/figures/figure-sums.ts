import type { Tables } from '../database/tables.ts';
import type { FinishedFigures, Times, VisitFigures } from './figures.ts';
import { HistogramSum } from './log-histogram.ts';

/** Adds up cells of applications that were received and that ended. */
export class FinishedSum {
  #received = 0;
  #finished = 0;
  #late = 0;
  #pauses = 0;
  readonly #outcomes = new Map<string, number>();
  readonly #working = new HistogramSum();
  readonly #units = new HistogramSum();
  readonly #applicant = new HistogramSum();
  readonly #waiting = new HistogramSum();

  add(row: Tables['file_figures']): void {
    this.#received += row.received;
    this.#finished += row.finished;
    this.#late += row.late;
    this.#pauses += row.pauses;
    this.#working.add(row.working_time);
    this.#units.add(row.unit_time);
    this.#applicant.add(row.applicant_time);
    this.#waiting.add(row.waiting_time);
  }

  ended(outcome: string, applications: number): void {
    this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + applications);
  }

  figures(): FinishedFigures {
    return {
      received: this.#received,
      finished: this.#finished,
      inTime: this.#finished - this.#late,
      late: this.#late,
      pauses: this.#pauses,
      outcomes: Object.fromEntries([...this.#outcomes].toSorted(byName)),
      times: {
        ...timesOf('working', this.#working),
        ...timesOf('units', this.#units),
        ...timesOf('applicant', this.#applicant),
        ...timesOf('waiting', this.#waiting),
      },
    };
  }
}

/** Adds up cells of visits that ended. */
export class VisitSum {
  #visits = 0;
  #kept = 0;
  #missed = 0;
  #promiseUsed = 0;
  readonly #working = new HistogramSum();
  readonly #waiting = new HistogramSum();

  add(row: Tables['step_figures'] | Tables['officer_figures']): void {
    this.#visits += row.visits;
    this.#kept += row.kept;
    this.#missed += row.missed;
    this.#promiseUsed += row.promise_used;
    this.#working.add(row.working_time);
    this.#waiting.add(row.waiting_time);
  }

  figures(): VisitFigures {
    const share = this.#visits === 0 ? 0 : this.#promiseUsed / this.#visits / 1_000_000;
    return {
      visits: this.#visits,
      kept: this.#kept,
      missed: this.#missed,
      promiseUsed: Math.round(share * 1000) / 10,
      times: { ...timesOf('working', this.#working), ...timesOf('waiting', this.#waiting) },
    };
  }
}

function timesOf<Name extends string>(
  name: Name,
  histogram: HistogramSum,
): Partial<Record<Name, Times>> {
  const [p50, p90, p95] = histogram.quantiles([0.5, 0.9, 0.95]).map(minutes);
  if (p50 === undefined || p90 === undefined || p95 === undefined) return {};
  const times: Times = { count: histogram.count, p50, p90, p95 };
  return { [name]: times } as Record<Name, Times>;
}

/** Minutes, to the tenth. */
function minutes(seconds: number): number {
  return Math.round(seconds / 6) / 10;
}

function byName([a]: [string, number], [b]: [string, number]): number {
  return a < b ? -1 : 1;
}

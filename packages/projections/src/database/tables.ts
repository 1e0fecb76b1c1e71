import type { DueMark, SlaStatus } from '@satu-atap/domain';
import type { Period } from '../figures/periods.ts';

/**
 * The tables of the read models. Instants that are compared are epoch milliseconds; instants that
 * are shown as recorded are ISO 8601 text; JSON is text. Yes and no are 1 and 0.
 */
export type Tables = {
  /** One row: how far the events have been projected, and by what. */
  checkpoint: { id: number; position: string; made_by: string; complete: number };
  calendar_versions: {
    calendar: string;
    version: number;
    digest: string;
    published_at: number;
    definition: string;
  };
  services: { id: string; unit: string; revision: number; retirement: string | null };
  service_versions: {
    service: string;
    version: number;
    digest: string;
    kind: string;
    unit: string;
    published_at: string;
    published_by: string;
    withdrawal: string | null;
    definition: string;
  };
  /** Who may act where: a row for every role that has an action in a state, but for whole-workflow ones. */
  service_actions: { service: string; version: number; state: string; unit: string; role: string };
  applications: {
    id: string;
    office: string;
    service: string;
    service_version: number;
    applicant_id: string;
    /** Nothing where it is erased. */
    applicant_name: string | null;
    states: string;
    units: string;
    channel: string;
    service_unit: string;
    sla_status: SlaStatus;
    submitted_at: number;
    /** The local date of it. */
    submitted_on: string;
    updated_at: string;
    due_at: number | null;
    due_on: string | null;
    ended: number;
    revision: number;
    facts: string;
  };
  /** Where an application is: a row for each active (or final) state and each unit that acts there. */
  application_states: {
    application: string;
    state: string;
    unit: string;
    office: string;
    service: string;
    service_version: number;
    ended: number;
    entered_at: number;
    assignee: string | null;
  };
  /** Applications whose promise stood still: how often, in minutes of its own kind of time. */
  suspensions: {
    application: string;
    office: string;
    unit: string;
    service: string;
    times: number;
    minutes: number;
    /** How often it began in the last tenth of the promise. */
    shortly_before_due: number;
    last_at: number;
    standing: number;
    ended: number;
  };
  /** Documents that were given out; the number in capitals and without spaces. */
  issued: { application: string; output: string; number: string | null };
  history: {
    application: string;
    revision: number;
    type: string;
    at: string;
    actor: string;
    data: string;
  };
  /** Clocks that run or stand still, and ended ones of which something is still to be recorded. */
  clocks: {
    application: string;
    clock: string;
    office: string;
    service: string;
    unit: string;
    mode: string;
    standard: string;
    started_at: number;
    ended_at: number | null;
    due_at: number | null;
    warn_at: number | null;
    warned_at: string | null;
    breached_at: string | null;
    next_mark: DueMark['mark'] | null;
    /** When the SLA monitor has to look: when it is due, or after it was tried in vain. */
    next_mark_at: number | null;
    /** What could not be done about it, as JSON. */
    parked: string | null;
  };
  counts: {
    office: string;
    unit: string;
    service: string;
    state: string;
    sla_status: SlaStatus;
    ended: number;
    applications: number;
  };
  /** Times that files spent in states, and that are over; times in seconds, dates local. */
  visits: {
    application: string;
    /** Counts an application's visits from 0, in the order in which they ended. */
    visit: number;
    office: string;
    service: string;
    unit: string;
    state: string;
    /** Who took the step that ended it. */
    officer: string | null;
    clock: string;
    entered_at: number;
    left_at: number;
    left_on: string;
    working_time: number;
    waiting_time: number | null;
    kept: number | null;
  };
  /** Applications that have ended; times in seconds, the date local. */
  finished: {
    application: string;
    office: string;
    unit: string;
    ended_on: string;
    outcome: string;
    late: number;
    working_time: number | null;
    unit_time: number;
    applicant_time: number;
    waiting_time: number | null;
    pauses: number;
  };
  open_files: OpenKey & { sla_status: SlaStatus; applications: number };
  open_due: OpenKey & { due_on: string; applications: number };
  /** Open applications by the date from which their promise would have run without its pauses. */
  open_ages: {
    office: string;
    unit: string;
    service: string;
    channel: string;
    /** Empty while the promise stands still or has not begun. */
    began_on: string;
    applications: number;
  };
  file_figures: FileKey & {
    received: number;
    finished: number;
    late: number;
    pauses: number;
    /** Histograms, see `LogHistogram`. */
    working_time: string;
    unit_time: string;
    applicant_time: string;
    waiting_time: string;
  };
  file_outcomes: FileKey & { outcome: string; applications: number };
  step_figures: {
    period: Period;
    office: string;
    unit: string;
    service: string;
    state: string;
  } & VisitFigures;
  officer_figures: {
    period: Period;
    office: string;
    unit: string;
    service: string;
    officer: string;
  } & VisitFigures;
  /** How often something happened in an office that can change a figure. */
  figure_marks: { office: string; events: number };
};

/**
 * A file counts once as a `file`, once for each `unit` that has it, once in each `step` and once for
 * each `officer` who holds it; what a level does not say is empty.
 */
type OpenKey = {
  level: 'file' | 'unit' | 'step' | 'officer';
  office: string;
  unit: string;
  service: string;
  state: string;
  officer: string;
  channel: string;
};

type FileKey = { period: Period; office: string; unit: string; service: string; channel: string };

type VisitFigures = {
  visits: number;
  /** Of those with a standard of their own. */
  kept: number;
  missed: number;
  /** Sum of the shares of their promises, in millionths. */
  promise_used: number;
  /** Histograms, see `LogHistogram`. */
  working_time: string;
  waiting_time: string;
};

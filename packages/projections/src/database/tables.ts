import type { DueMark, SlaStatus } from '@satu-atap/domain';

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
    applicant_name: string;
    states: string;
    units: string;
    sla_status: SlaStatus;
    submitted_at: number;
    updated_at: string;
    due_at: number | null;
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
};

import type { Tables } from './tables.ts';

const openKey = ['level', 'office', 'unit', 'service', 'state', 'officer', 'channel'] as const;
const cell = ['period', 'office', 'unit', 'service', 'channel'] as const;

/** The columns by which a row of each read model is known, and no other; the checkpoint is none. */
export const tableKeys = {
  calendar_versions: ['calendar', 'version'],
  services: ['id'],
  service_versions: ['service', 'version'],
  service_actions: ['service', 'version', 'state', 'unit', 'role'],
  applications: ['id'],
  application_states: ['application', 'state', 'unit'],
  history: ['application', 'revision'],
  issued: ['application', 'output'],
  suspensions: ['application'],
  clocks: ['application', 'clock'],
  visits: ['application', 'visit'],
  finished: ['application'],
  open_files: [...openKey, 'sla_status'],
  open_due: [...openKey, 'due_on'],
  open_ages: ['office', 'unit', 'began_on', 'service', 'channel'],
  file_figures: cell,
  file_outcomes: [...cell, 'outcome'],
  step_figures: ['period', 'office', 'unit', 'service', 'state'],
  officer_figures: ['period', 'office', 'unit', 'service', 'officer'],
  figure_marks: ['office'],
  counts: ['office', 'unit', 'service', 'state', 'sla_status', 'ended'],
} as const satisfies {
  [Table in Exclude<keyof Tables, 'checkpoint'>]: readonly (keyof Tables[Table])[];
};

export type ReadModelTable = keyof typeof tableKeys;

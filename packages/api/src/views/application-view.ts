import {
  activeStates,
  availableActions,
  clocksOf,
  slaStatus,
  standingInWords,
  stateOf,
  type Actor,
  type Application,
  type AvailableAction,
  type CompiledService,
} from '@satu-atap/domain';
import type { Api } from '../api-options.ts';
import { problemEntry } from '../problems/problem-table.ts';
import { issuedView } from './issued-view.ts';
import type { ActionView, ApplicationDetailView } from './schemas.ts';

/** An application at one revision: after a command, or as the read models have it. */
export type Standing = {
  id: string;
  application: Application;
  service: CompiledService;
  revision: number;
  updatedAt: string;
};

/** What a reader sees of one application: the same, however it was come by. */
export function applicationView(
  { offices }: Pick<Api, 'offices'>,
  { id, application, service, revision, updatedAt }: Standing,
  reader: Actor,
): ApplicationDetailView {
  const office = offices.get(application.office);
  if (!office) throw new Error(`application ${id} belongs to an office that is not configured`);
  const clocks = clocksOf(service, application, office.calendars);
  const dueAt = clocks.find((clock) => clock.id === 'service')?.dueAt;
  const states = activeStates(application.value).toSorted();
  const { timeZone } = office.calendars;
  const { expectedAt, ...standing } = standingInWords(service, application, clocks, timeZone);
  const units = new Set(states.map((path) => stateOf(service, path).unit));
  return {
    id,
    office: application.office,
    service: application.service.id,
    serviceVersion: application.service.version,
    applicant: application.applicant,
    states,
    units: [...units].toSorted(),
    slaStatus: slaStatus(application, clocks),
    submittedAt: application.submittedAt,
    updatedAt,
    ...(dueAt === undefined ? {} : { dueAt: new Date(dueAt).toISOString() }),
    ...(application.ended ? { ended: application.ended } : {}),
    revision,
    standing: {
      ...standing,
      ...(expectedAt === undefined ? {} : { expectedAt: new Date(expectedAt).toISOString() }),
    },
    issued: (application.issued ?? []).map((one) => issuedView(one, service.definition)),
    facts: application,
    actions: availableActions(service, application, reader).map(actionView),
  };
}

/** An action as its reader sees it: with words for what is still in the way of it. */
export function actionView({ refusal, ...action }: AvailableAction): ActionView {
  if (refusal === undefined) return action;
  const detail = problemEntry(refusal.type).what(refusal);
  return { ...action, refusal: { ...refusal, detail } };
}

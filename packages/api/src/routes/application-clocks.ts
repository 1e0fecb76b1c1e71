import { clockReports, type ClockReports } from '@satu-atap/event-store';
import { z } from 'zod';
import type { Api } from '../api-options.ts';
import { readHeaders } from '../http/headers.ts';
import { languageOf } from '../http/language.ts';
import { route, type Call } from '../http/route.ts';
import { isProblematic, type Problematic } from '../problems/problem.ts';
import { clockOfApplicationView, explainedClockView } from '../views/clock-view.ts';
import { clockOfApplication, explainedClock } from '../views/clock-schemas.ts';
import { readable } from './applications.ts';
import { applicationParams } from './common.ts';

export const listApplicationClocks = route({
  method: 'get',
  path: '/api/v1/applications/{id}/clocks',
  tag: 'applications',
  summary: 'Every clock of an application, with every change of its due date',
  description:
    'For whoever may read the application. From its events, as they are at the moment: the ' +
    'clock of the service, those of states, and the limits after which the engine acts.',
  params: applicationParams,
  headers: readHeaders,
  responses: {
    200: {
      description: 'Its clocks, the one of the service first; none before it was handed in.',
      schema: z.strictObject({ items: z.array(clockOfApplication) }),
    },
  },
  async handle(call, api) {
    const found = await reportsOf(api, call);
    if (isProblematic(found)) return found;
    return { status: 200, body: { items: found.reports.map(clockOfApplicationView) } };
  },
});

export const explainApplicationClock = route({
  method: 'get',
  path: '/api/v1/applications/{id}/clocks/{clock}',
  tag: 'applications',
  summary: 'Why a clock is due when it is due, line by line',
  params: applicationParams.extend({
    clock: z.string().max(600).meta({ description: '`service`, or another of its clocks.' }),
  }),
  headers: readHeaders,
  responses: { 200: { description: 'The clock, explained.', schema: explainedClock } },
  async handle(call, api) {
    const found = await reportsOf(api, call);
    if (isProblematic(found)) return found;
    const report = found.reports.find(({ clock }) => clock.id === call.params.clock);
    if (!report) return { refusal: { type: 'clock-not-found', clock: call.params.clock } };
    const headers = { Vary: 'Authorization, Accept-Language' };
    return { status: 200, headers, body: explainedClockView(report, languageOf(call.request)) };
  },
});

/** The clocks of a request's application, if its sender may read it. */
async function reportsOf(
  api: Api,
  call: Call<{ id: string }, unknown, z.output<typeof readHeaders>>,
): Promise<ClockReports | Problematic> {
  const detail = await readable(api, call);
  if (isProblematic(detail)) return detail;
  const found = await clockReports(detail.id, api);
  return found ?? { refusal: { type: 'application-not-found' } };
}

import { z } from 'zod';
import { statePath } from '@satu-atap/domain';
import { route } from '../../http/route.ts';
import { isProblematic } from '../../problems/problem.ts';
import {
  fileFigures,
  figuresOf,
  officerFigures,
  stepFigures,
  trendPoint,
} from '../../views/figure-schemas.ts';
import { answerFigures, figuresResponse } from './answer.ts';
import { byQuery, channelQuery, figureHeaders, placeQuery, scopeOf, withPeriod } from './common.ts';
import { finishedLinks, openLinks, visitLinks } from './links.ts';

export const getFigures = route({
  method: 'get',
  path: '/api/v1/figures',
  tag: 'figures',
  summary: 'What is open now, what was received and ended in a period, and how long it took',
  description:
    'For supervisors and auditors. Of what is open, `unit` is one that has the file now; an ' +
    'application that two units have counts once for each. Of what ended, it is the unit of the service.',
  query: withPeriod({
    by: byQuery(['office', 'unit', 'service', 'channel'], []),
    ...placeQuery,
    ...channelQuery,
  }),
  headers: figureHeaders,
  responses: { 200: figuresResponse('Figures.', figuresOf(fileFigures)) },
  async handle(call, api) {
    const scope = await scopeOf(call, api);
    if (isProblematic(scope)) return scope;
    const { between, todays } = scope;
    const { by, ...filter } = scope.filter;
    const rows = await api.readModels.figures.files(by, filter, { between, todays });
    const items = rows.map((row) => {
      const { now, period, ...place } = row;
      const at = { ...filter, ...place };
      const applications = { ...openLinks(at, todays), ...finishedLinks(at, between) };
      return { ...place, now, period, applications };
    });
    return answerFigures(call.request, between, items);
  },
});

export const getTrend = route({
  method: 'get',
  path: '/api/v1/figures/trend',
  tag: 'figures',
  summary: 'A period day by day, week by week (from Monday) or month by month',
  query: withPeriod({
    interval: z.enum(['day', 'week', 'month']).default('week'),
    ...placeQuery,
    ...channelQuery,
  }),
  headers: figureHeaders,
  responses: { 200: figuresResponse('Figures, oldest first.', figuresOf(trendPoint)) },
  async handle(call, api) {
    const scope = await scopeOf(call, api);
    if (isProblematic(scope)) return scope;
    const { between } = scope;
    const { interval, ...filter } = scope.filter;
    const points = await api.readModels.figures.trend(interval, filter, { between });
    const items = points.map((point) => {
      const dates = {
        from: Temporal.PlainDate.from(point.from),
        to: Temporal.PlainDate.from(point.to),
      };
      return { ...point, applications: finishedLinks(filter, dates) };
    });
    return answerFigures(call.request, between, items);
  },
});

export const getSteps = route({
  method: 'get',
  path: '/api/v1/figures/steps',
  tag: 'figures',
  summary: 'Where files wait: what stands in each step now, and what left it in a period',
  description:
    'By unit or by office it is the benchmark between them; `promiseUsed` names the bottleneck.',
  query: withPeriod({
    by: byQuery(['office', 'unit', 'service', 'step'], ['service', 'step']),
    ...placeQuery,
    step: statePath.optional(),
  }),
  headers: figureHeaders,
  responses: { 200: figuresResponse('Figures.', figuresOf(stepFigures)) },
  async handle(call, api) {
    const scope = await scopeOf(call, api);
    if (isProblematic(scope)) return scope;
    const { between, todays } = scope;
    const { by, ...filter } = scope.filter;
    const rows = await api.readModels.figures.steps(by, filter, { between, todays });
    const items = rows.map((row) => {
      const { now, period, ...place } = row;
      const { step: state, ...at } = { ...filter, ...place };
      const applications = {
        ...openLinks({ ...at, state }, todays),
        ...visitLinks({ ...at, step: state }, between),
      };
      return { ...place, now, period, applications };
    });
    return answerFigures(call.request, between, items);
  },
});

export const getOfficers = route({
  method: 'get',
  path: '/api/v1/figures/officers',
  tag: 'figures',
  summary: 'The workload of each officer: what they hold now, and the steps they took in a period',
  query: withPeriod({ ...placeQuery, officer: z.string().min(1).max(200).optional() }),
  headers: figureHeaders,
  responses: { 200: figuresResponse('Figures.', figuresOf(officerFigures)) },
  async handle(call, api) {
    const scope = await scopeOf(call, api);
    if (isProblematic(scope)) return scope;
    const { between, todays, filter } = scope;
    const rows = await api.readModels.figures.officers(filter, { between, todays });
    const items = rows.map((row) => {
      const { now, period, ...place } = row;
      const { officer, ...at } = { ...filter, ...place };
      const applications = {
        ...openLinks({ ...at, holder: officer }, todays),
        ...visitLinks({ ...at, officer }, between),
      };
      return { ...place, now, period, applications };
    });
    return answerFigures(call.request, between, items);
  },
});

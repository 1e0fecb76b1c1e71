import { z } from 'zod';
import { listScope, readsAsOfficer, unreadable } from '../access.ts';
import type { Api } from '../api-options.ts';
import { recordLook } from '../evidence.ts';
import { entityTag, holds, readHeaders, readOneHeaders } from '../http/headers.ts';
import { route, type Call } from '../http/route.ts';
import { isProblematic, type Problematic } from '../problems/problem.ts';
import { upToDate } from '../up-to-date.ts';
import { applicationView } from '../views/application-view.ts';
import { historyView } from '../views/issued-view.ts';
import {
  applicationDetail,
  applicationRow,
  historyRow,
  pageOf,
  slaStatus,
} from '../views/schemas.ts';
import type { ApplicationDetail } from '@satu-atap/projections';
import { applicationParams, filters, paging, yesOrNo } from './common.ts';
import { figureFilters, filterOf } from './figures/drill-down.ts';

export const listApplications = route({
  method: 'get',
  path: '/api/v1/applications',
  tag: 'applications',
  summary: 'Applications that the reader may see, newest first',
  query: z.strictObject({
    ...filters,
    applicant: z.string().max(200).optional(),
    number: z
      .string()
      .regex(/^\P{C}{1,2000}$/u)
      .optional()
      .meta({ description: 'Of a document that was issued: the whole number, as printed.' }),
    slaStatus: slaStatus.optional(),
    ended: yesOrNo.optional(),
    ...figureFilters,
    ...paging,
  }),
  headers: readHeaders,
  responses: { 200: { description: 'A page.', schema: pageOf(applicationRow) } },
  async handle({ query: { after, limit, ...asked }, headers, who }, api) {
    const filter = listScope(who.actor, filterOf(asked));
    if (isProblematic(filter)) return filter;
    const behind = await upToDate(api, headers['X-At-Least-Position']);
    if (behind) return behind;
    const page = await api.readModels.applications.list(filter, { after, limit });
    return { status: 200, body: page };
  },
});

export const getApplication = route({
  method: 'get',
  path: '/api/v1/applications/{id}',
  tag: 'applications',
  summary: 'An application, its facts and what the reader may do with it now',
  params: applicationParams,
  headers: readOneHeaders,
  responses: {
    200: {
      description: 'The application.',
      schema: applicationDetail,
      headers: z.object({ ETag: z.string() }),
    },
    304: { description: 'It still is at the revision that the reader holds.' },
  },
  async handle(call, api) {
    const detail = await readable(api, call);
    if (isProblematic(detail)) return detail;
    const { id, facts, revision, updatedAt } = detail;
    const headers = { ETag: entityTag(revision) };
    if (holds(call.headers['If-None-Match'], headers.ETag)) return { status: 304, headers };
    const service = await api.services.version(facts.service.id, facts.service.version);
    const standing = { id, application: facts, service, revision, updatedAt };
    return { status: 200, headers, body: applicationView(api, standing, call.who.actor) };
  },
});

export const getHistory = route({
  method: 'get',
  path: '/api/v1/applications/{id}/history',
  tag: 'applications',
  summary: 'Everything that happened to an application, oldest first',
  description: 'Applicants do not see the notes that officers leave each other.',
  params: applicationParams,
  query: z.strictObject(paging),
  headers: readHeaders,
  responses: {
    200: {
      description: 'A page of its events.',
      schema: pageOf(historyRow),
      headers: z.object({ ETag: z.string() }),
    },
  },
  async handle(call, api) {
    const detail = await readable(api, call);
    if (isProblematic(detail)) return detail;
    const { after, limit } = call.query;
    const page = await api.readModels.history.of(detail.id, { after, limit });
    const { actor } = call.who;
    const rows = readsAsOfficer(actor)
      ? page.items
      : page.items.filter((row) => row.type !== 'NoteAdded' || row.actor.id === actor.id);
    const { id, version } = detail.facts.service;
    const { definition } = await api.services.version(id, version);
    const items = rows.map((row) => historyView(row, definition));
    return { status: 200, headers: { ETag: entityTag(detail.revision) }, body: { ...page, items } };
  },
});

/**
 * The application of a request, from the read models, if its sender may read it. That an auditor reads
 * it is recorded first.
 */
export async function readable(
  api: Api,
  { params, headers, who, request }: Call<{ id: string }, unknown, z.output<typeof readHeaders>>,
): Promise<ApplicationDetail | Problematic> {
  const behind = await upToDate(api, headers['X-At-Least-Position']);
  if (behind) return behind;
  const detail = await api.readModels.applications.get(params.id);
  if (!detail) return { refusal: { type: 'application-not-found' } };
  const hidden = unreadable(who.actor, detail);
  if (hidden) return { refusal: hidden };
  const part = request.path.split('/').slice(5).join('/') || 'application';
  await recordLook(api, who.actor, {
    act: 'looked-at',
    application: detail.id,
    selection: { part: part.slice(0, 1000) },
  });
  return detail;
}

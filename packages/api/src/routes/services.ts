import { isOffered, name, officesOffering, publicStandard } from '@satu-atap/domain';
import { z } from 'zod';
import { entityTag, readHeaders, writtenHeaders } from '../http/headers.ts';
import { route } from '../http/route.ts';
import { upToDate } from '../up-to-date.ts';
import { serviceDetail, serviceRow, versionDetail, versionRow } from '../views/service-schemas.ts';
import { serviceView } from '../views/service-view.ts';

export const listServices = route({
  method: 'get',
  path: '/api/v1/services',
  tag: 'services',
  summary: 'The services on offer, in the versions that applications begin under',
  query: z.strictObject({
    unit: name.optional(),
    kind: z.enum(['permit', 'non-permit']).optional(),
    office: name.optional().meta({ description: 'Only what this office offers, on its date.' }),
    status: z.enum(['open', 'retired', 'withdrawn', 'all']).default('open').meta({
      description: 'Those that take new applications, by default; or those that do not, or all.',
    }),
  }),
  headers: readHeaders,
  responses: {
    200: { description: 'Services.', schema: z.strictObject({ items: z.array(serviceRow) }) },
  },
  async handle({ query, headers }, api) {
    const behind = await upToDate(api, headers['X-At-Least-Position']);
    if (behind) return behind;
    const office = query.office === undefined ? undefined : api.offices.get(query.office);
    if (query.office !== undefined && !office) {
      return { refusal: { type: 'unknown-office', office: query.office } };
    }
    const rows = await api.readModels.services.list({
      ...(query.unit === undefined ? {} : { unit: query.unit }),
      ...(query.kind === undefined ? {} : { kind: query.kind }),
    });
    const now = Temporal.Now.instant();
    const items = rows
      .filter(({ id }) => !office || isOffered(id, office.definition))
      .map((row) => serviceView(row, api.offices, office, now))
      .filter(({ status }) => query.status === 'all' || status === query.status);
    return { status: 200, body: { items } };
  },
});

export const getService = route({
  method: 'get',
  path: '/api/v1/services/{id}',
  tag: 'services',
  summary: 'A service: its form, documents, fee, standard and workflow',
  params: z.strictObject({ id: z.string().max(200) }),
  headers: readHeaders,
  responses: {
    200: {
      description: 'The service.',
      schema: serviceDetail,
      headers: z.object({ ETag: writtenHeaders.shape.ETag }),
    },
  },
  async handle({ params: { id }, headers }, api) {
    const behind = await upToDate(api, headers['X-At-Least-Position']);
    if (behind) return behind;
    const row = await api.readModels.services.get(id);
    if (!row) return { refusal: { type: 'service-not-found', service: id } };
    const { definition, revision } = row;
    const view = serviceView(row, api.offices, undefined, Temporal.Now.instant());
    return {
      status: 200,
      headers: { ETag: entityTag(revision) },
      body: {
        ...view,
        offices: officesOffering(id, api.offices),
        definition,
        standard: publicStandard(definition),
      },
    };
  },
});

export const listVersions = route({
  method: 'get',
  path: '/api/v1/services/{id}/versions',
  tag: 'services',
  summary: 'Every version of a service: when it was published and by whom, the newest first',
  params: z.strictObject({ id: z.string().max(200) }),
  headers: readHeaders,
  responses: {
    200: { description: 'Versions.', schema: z.strictObject({ items: z.array(versionRow) }) },
  },
  async handle({ params: { id }, headers }, api) {
    const behind = await upToDate(api, headers['X-At-Least-Position']);
    if (behind) return behind;
    const rows = await api.readModels.services.versions(id);
    if (rows.length === 0) return { refusal: { type: 'service-not-found', service: id } };
    const items = rows.map(({ definition: _definition, ...row }) => row);
    return { status: 200, body: { items } };
  },
});

export const getVersion = route({
  method: 'get',
  path: '/api/v1/services/{id}/versions/{version}',
  tag: 'services',
  summary: 'A version of a service, with its definition as it was published',
  params: z.strictObject({
    id: z.string().max(200),
    version: z.coerce.number<string>().int().min(1).max(2_147_483_647),
  }),
  headers: readHeaders,
  responses: { 200: { description: 'The version.', schema: versionDetail } },
  async handle({ params: { id, version }, headers }, api) {
    const behind = await upToDate(api, headers['X-At-Least-Position']);
    if (behind) return behind;
    const row = await api.readModels.services.version(id, version);
    return row
      ? { status: 200, body: { ...row, standard: publicStandard(row.definition) } }
      : { refusal: { type: 'version-not-found', service: id, version } };
  },
});

import { name, publicStandard } from '@satu-atap/domain';
import { z } from 'zod';
import { readHeaders } from '../http/headers.ts';
import { route } from '../http/route.ts';
import { upToDate } from '../up-to-date.ts';
import { serviceDetail, serviceRow } from '../views/schemas.ts';

export const listServices = route({
  method: 'get',
  path: '/api/v1/services',
  tag: 'services',
  summary: 'The services on offer, in their newest versions',
  query: z.strictObject({
    unit: name.optional(),
    kind: z.enum(['permit', 'non-permit']).optional(),
  }),
  headers: readHeaders,
  responses: {
    200: { description: 'Services.', schema: z.strictObject({ items: z.array(serviceRow) }) },
  },
  async handle({ query, headers }, api) {
    const behind = await upToDate(api, headers['X-At-Least-Position']);
    if (behind) return behind;
    const rows = await api.readModels.services.list({
      ...(query.unit === undefined ? {} : { unit: query.unit }),
      ...(query.kind === undefined ? {} : { kind: query.kind }),
    });
    const items = rows.map(({ id, version, digest, kind, unit, title, publishedAt }) => ({
      id,
      version,
      digest,
      kind,
      unit,
      title,
      publishedAt,
    }));
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
  responses: { 200: { description: 'The service.', schema: serviceDetail } },
  async handle({ params: { id }, headers }, api) {
    const behind = await upToDate(api, headers['X-At-Least-Position']);
    if (behind) return behind;
    const row = await api.readModels.services.get(id);
    return row
      ? { status: 200, body: { ...row, standard: publicStandard(row.definition) } }
      : { refusal: { type: 'service-not-found', service: id } };
  },
});

import { builtInRoles } from '@satu-atap/domain';
import { z } from 'zod';
import { officerScope } from '../access.ts';
import { readHeaders } from '../http/headers.ts';
import { route } from '../http/route.ts';
import { isProblematic } from '../problems/problem.ts';
import { upToDate } from '../up-to-date.ts';
import { countRow } from '../views/schemas.ts';
import { filters } from './common.ts';

export const getCounts = route({
  method: 'get',
  path: '/api/v1/counts',
  tag: 'figures',
  summary: 'How many applications stand where, for supervisors and auditors',
  query: z.strictObject({ office: filters.office, unit: filters.unit, service: filters.service }),
  headers: readHeaders,
  responses: {
    200: { description: 'Figures.', schema: z.strictObject({ items: z.array(countRow) }) },
  },
  async handle({ query, headers, who }, api) {
    const filter = officerScope(who.actor, query, [builtInRoles.supervisor, builtInRoles.auditor]);
    if (isProblematic(filter)) return filter;
    const behind = await upToDate(api, headers['X-At-Least-Position']);
    if (behind) return behind;
    const { office, unit, service } = filter;
    const items = await api.readModels.counts.list({
      ...(office === undefined ? {} : { office }),
      ...(unit === undefined ? {} : { unit }),
      ...(service === undefined ? {} : { service }),
    });
    return { status: 200, body: { items } };
  },
});

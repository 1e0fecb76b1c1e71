import { builtInRoles, instant, name, serviceId } from '@satu-atap/domain';
import type { SuspensionRow } from '@satu-atap/projections';
import { z } from 'zod';
import { officerScope } from '../access.ts';
import { readHeaders } from '../http/headers.ts';
import { route } from '../http/route.ts';
import { isProblematic } from '../problems/problem.ts';
import { upToDate } from '../up-to-date.ts';
import { pageOf } from '../views/schemas.ts';
import { filters, paging } from './common.ts';

const suspensionRow = z
  .strictObject({
    application: z.uuid(),
    office: name,
    unit: name,
    service: serviceId,
    times: z.int().meta({ description: 'How often its promise stood still.' }),
    minutes: z.int().meta({ description: 'For how long, in the kind of time of the promise.' }),
    shortlyBeforeDue: z.int().meta({
      description: 'How often that began in the last tenth of the promise.',
    }),
    lastAt: instant.meta({ description: 'Since when the last time.' }),
    standing: z.boolean().meta({ description: 'Whether it stands still now.' }),
    ended: z.boolean(),
  })
  .meta({ id: 'Suspension' }) satisfies z.ZodType<SuspensionRow>;

const flag = z
  .enum(['true', 'false'])
  .transform((text) => text === 'true')
  .optional();

export const listSuspensions = route({
  method: 'get',
  path: '/api/v1/suspensions',
  tag: 'figures',
  summary: 'Applications whose promise stood still, those shortly before they were due first',
  description:
    'For supervisors and auditors. A file that goes back to its applicant in the last tenth of its ' +
    'promise may have been sent there to save the date; its clocks say what happened.',
  query: z.strictObject({
    office: filters.office,
    unit: filters.unit,
    service: filters.service,
    shortlyBeforeDue: flag,
    ended: flag,
    ...paging,
  }),
  headers: readHeaders,
  responses: { 200: { description: 'A page.', schema: pageOf(suspensionRow) } },
  async handle({ query: { after, limit, ...asked }, headers, who }, api) {
    const roles = [builtInRoles.supervisor, builtInRoles.auditor];
    const filter = officerScope(who.actor, asked, roles);
    if (isProblematic(filter)) return filter;
    const behind = await upToDate(api, headers['X-At-Least-Position']);
    if (behind) return behind;
    return { status: 200, body: await api.readModels.suspensions.list(filter, { after, limit }) };
  },
});

import { availableActions, type AvailableAction, type GuardUnmet } from '@satu-atap/domain';
import { z } from 'zod';
import { officerScope } from '../access.ts';
import { readHeaders } from '../http/headers.ts';
import { route } from '../http/route.ts';
import { isProblematic } from '../problems/problem.ts';
import { upToDate } from '../up-to-date.ts';
import { actionView } from '../views/application-view.ts';
import { clockRow, pageOf, worklistItem } from '../views/schemas.ts';
import { filters, paging } from './common.ts';

export const getWorklist = route({
  method: 'get',
  path: '/api/v1/worklist',
  tag: 'work',
  summary: 'Applications that wait for the officer who asks, the longest-waiting first',
  description:
    'By role, unit, office and assignment. Items that only wait for something, such as a document ' +
    'or a payment, are there and say for what. A page may hold fewer items than its limit.',
  query: z.strictObject({
    service: filters.service,
    state: filters.state,
    assigned: z.enum(['mine', 'free', 'all']).optional(),
    ...paging,
  }),
  headers: readHeaders,
  responses: { 200: { description: 'A page.', schema: pageOf(worklistItem) } },
  async handle({ query: { after, limit, ...filter }, headers, who: { actor } }, api) {
    const allowed = officerScope(actor, {});
    if (isProblematic(allowed)) return allowed;
    const behind = await upToDate(api, headers['X-At-Least-Position']);
    if (behind) return behind;
    const { items: rows, ...page } = await api.readModels.worklist.of(actor, filter, {
      after,
      limit,
    });
    const items = await Promise.all(
      rows.map(async ({ facts, ...row }) => {
        const { id, version } = facts.service;
        const service = await api.services.version(id, version);
        const actions = availableActions(service, facts, actor);
        return actions.some(isTheirs) ? [{ ...row, actions: actions.map(actionView) }] : [];
      }),
    );
    return { status: 200, body: { ...page, items: items.flat() } };
  },
});

/** Whether somebody can take it now or once something is done: not what only others may ever take. */
function isTheirs(action: AvailableAction): boolean {
  const { refusal } = action;
  if (refusal?.type === 'assigned-to-another') return false;
  return refusal?.type !== 'guard-not-met' || !fourEyes(refusal.unmet);
}

function fourEyes(unmet: GuardUnmet): boolean {
  if (unmet.guard === 'any') return unmet.unmet.every(fourEyes);
  return unmet.guard === 'not-the-same-officer';
}

export const listClocks = route({
  method: 'get',
  path: '/api/v1/clocks',
  tag: 'figures',
  summary: 'Clocks that have not ended, the one that needs attention first at the top',
  query: z.strictObject({
    office: filters.office,
    unit: filters.unit,
    service: filters.service,
    status: z.enum(['running', 'paused', 'warned', 'breached', 'parked']).optional(),
    ...paging,
  }),
  headers: readHeaders,
  responses: { 200: { description: 'A page.', schema: pageOf(clockRow) } },
  async handle({ query: { after, limit, ...asked }, headers, who }, api) {
    const filter = officerScope(who.actor, asked);
    if (isProblematic(filter)) return filter;
    const behind = await upToDate(api, headers['X-At-Least-Position']);
    if (behind) return behind;
    return { status: 200, body: await api.readModels.clocks.list(filter, { after, limit }) };
  },
});

import { builtInRoles, evidenceAccessed, hasRole } from '@satu-atap/domain';
import { readEvidenceAccesses } from '@satu-atap/event-store';
import { z } from 'zod';
import { recordLook } from '../evidence.ts';
import { route } from '../http/route.ts';

const access = evidenceAccessed
  .extend({
    revision: z.int().meta({ description: 'Its place in the record.' }),
    at: z.string(),
    actor: z.looseObject({ id: z.string(), roles: z.array(z.string()) }),
  })
  .meta({ id: 'EvidenceAccess', description: 'Who was given which evidence, and when.' });

const since = z.iso.datetime({ offset: true }).transform((text) => Temporal.Instant.from(text));

export const listEvidenceAccesses = route({
  method: 'get',
  path: '/api/v1/evidence-accesses',
  tag: 'operations',
  summary: 'Who looked at, replayed, verified, proved or exported what, and when',
  description:
    'For auditors, newest first, from the events themselves. A page may be short although there are ' +
    'more: then it has a `next`.',
  query: z.strictObject({
    actor: z.string().max(200).optional(),
    application: z.uuid().optional(),
    act: evidenceAccessed.shape.act.optional(),
    from: since.optional().meta({ description: 'From this instant on.' }),
    to: since.optional().meta({ description: 'Before this instant.' }),
    after: z.coerce.number<string>().int().min(0).optional().meta({
      description: 'Cursor: `next` of the page before.',
    }),
    limit: z.coerce.number<string>().int().min(1).max(200).default(50),
  }),
  responses: {
    200: {
      description: 'A page.',
      schema: z.strictObject({ items: z.array(access), next: z.string().exactOptional() }),
    },
  },
  async handle({ query: { after, limit, ...filter }, who: { actor } }, api) {
    const roles = [builtInRoles.auditor];
    if (!hasRole(actor, roles)) return { refusal: { type: 'role-required', roles } };
    await recordLook(api, actor, { act: 'accesses-read' });
    const { items, next } = await readEvidenceAccesses(api.store, filter, { before: after, limit });
    return {
      status: 200,
      body: { items, ...(next === undefined ? {} : { next: String(next) }) },
    };
  },
});

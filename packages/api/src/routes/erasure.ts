import { builtInRoles, erasureOrdered, hasRole, instant } from '@satu-atap/domain';
import { z } from 'zod';
import { route } from '../http/route.ts';
import { isProblematic } from '../problems/problem.ts';

const erasure = z
  .strictObject({
    applicant: erasureOrdered.shape.applicant,
    applications: z.array(z.uuid()),
    keys: z.int(),
    documents: z.int().meta({ description: 'How many contents of documents were destroyed.' }),
    legalGround: z.string(),
    reason: z.string(),
    erasedAt: instant,
    repeated: z
      .boolean()
      .meta({ description: 'It was done before; this request changed nothing.' }),
    inTheClear: z.array(z.uuid()).meta({
      description:
        'Applications with personal data in events from before they were sealed: those stay.',
    }),
  })
  .meta({ id: 'Erasure', description: 'Personal data that were erased, and on which ground.' });

export const eraseApplicant = route({
  method: 'post',
  path: '/api/v1/applicants/{id}/erasure',
  tag: 'applications',
  summary: 'Erase an applicant’s personal data everywhere, for good',
  description:
    'For data protection officers who are no auditors. All applications of the applicant must have ' +
    'ended. Steps, times and figures stay; the erasure and its legal ground are recorded. It reads ' +
    'all applications’ events: with millions of them it takes a minute.',
  params: z.strictObject({ id: erasureOrdered.shape.applicant }),
  body: z.strictObject({
    legalGround: erasureOrdered.shape.legalGround.meta({
      description: 'The law and article: `UU 27/2022 Pasal 8`.',
    }),
    reason: erasureOrdered.shape.reason.meta({
      description: 'Why. It is recorded for ever: name nobody in it.',
    }),
  }),
  responses: { 200: { description: 'It is done, now or before.', schema: erasure } },
  async handle({ params: { id }, body, who: { actor } }, api) {
    const isOfficer = hasRole(actor, [builtInRoles.dataProtectionOfficer]);
    if (!isOfficer || hasRole(actor, [builtInRoles.auditor])) {
      return { refusal: { type: 'role-required', roles: [builtInRoles.dataProtectionOfficer] } };
    }
    const erased = await api.erase({ applicant: id, ...body, actor });
    if (isProblematic(erased)) return erased;
    return { status: 200, body: { applicant: id, ...erased } };
  },
});

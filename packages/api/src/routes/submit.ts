import { applicationCommands, builtInRoles, hasRole, name } from '@satu-atap/domain';
import { derivedId } from '@satu-atap/event-store';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { createHeaders } from '../http/headers.ts';
import { route } from '../http/route.ts';
import { isProblematic, say, type RequestIssue } from '../problems/problem.ts';
import { perform } from '../write.ts';
import { written } from './common.ts';

const { service, applicant, data } = applicationCommands.submit.shape;

/** An applicant's own, online; or at the counter, where an officer names the person. */
export const submitApplication = route({
  method: 'post',
  path: '/api/v1/applications',
  tag: 'applications',
  summary: 'Submit an application',
  headers: createHeaders,
  body: z.strictObject({
    service,
    office: name.optional().meta({ description: 'By default the officer’s own office.' }),
    applicant: applicant.optional().meta({
      description: 'Whom a counter officer submits for; applicants submit for themselves.',
    }),
    data: data.meta({ description: 'Form data, as the service’s definition asks for it.' }),
  }),
  responses: {
    201: { ...written, description: 'The new application; Location says where it is.' },
  },
  async handle(call, api) {
    const { body, who } = call;
    const self = hasRole(who.actor, [builtInRoles.applicant]) && {
      id: who.actor.id,
      name: who.name,
    };
    const isOwn = self && (body.applicant === undefined || body.applicant.id === self.id);
    const person = isOwn ? self : body.applicant;
    const office = body.office ?? who.actor.office;

    const missing: RequestIssue[] = [];
    if (!person) missing.push({ in: 'body', field: 'applicant', message: nameTheApplicant });
    if (office === undefined) missing.push({ in: 'body', field: 'office', message: nameTheOffice });
    if (!person || office === undefined) {
      return { refusal: { type: 'invalid-request', issues: missing } };
    }
    const key = call.headers['Idempotency-Key'];
    const id = key === undefined ? uuidv7() : derivedId('application', who.actor.id, key);
    const result = await perform(api, call, id, {
      type: 'submit',
      data: {
        service: body.service,
        office,
        applicant: person,
        channel: isOwn ? 'online' : 'counter',
        data: body.data,
      },
    });
    if (isProblematic(result)) return result;
    const headers = { ...result.headers, Location: `/api/v1/applications/${id}` };
    return { ...result, status: 201, headers };
  },
});

const nameTheApplicant = say(
  'sebutkan pemohon yang diwakili di loket',
  'name the person for whom this is submitted',
);
const nameTheOffice = say('sebutkan kantor yang dituju', 'name the office it is submitted to');

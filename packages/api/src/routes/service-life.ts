import { administrationUnmet, isRefused, serviceCommands, serviceId } from '@satu-atap/domain';
import type { ServiceCommand } from '@satu-atap/domain';
import type { StandingService } from '@satu-atap/event-store';
import { z } from 'zod';
import type { Api } from '../api-options.ts';
import { definitionTypes, sentDefinition } from '../http/definition-body.ts';
import { entityTag, writeHeaders, writtenHeaders } from '../http/headers.ts';
import { route, type Answer, type Call } from '../http/route.ts';
import { isProblematic, type Problem, type Problematic } from '../problems/problem.ts';
import { publishedVersion, standingService } from '../views/service-schemas.ts';

const params = z.strictObject({ id: serviceId });
const headers = writeHeaders.pick({ 'If-Match': true });
/** Versions count from 1; the domain says which there are. */
const versionParams = params.extend({ version: z.coerce.number<string>().int().min(1) });

export const publishVersion = route({
  method: 'post',
  path: '/api/v1/services/{id}/versions',
  tag: 'services',
  summary: 'Publish a version of a service: its definition, as YAML or JSON, is the body',
  description:
    'For the administrators of its unit. New applications begin under it; running ones keep the ' +
    'version they began under. The content of the newest version in force again is that version. ' +
    'Everything that is wrong with a definition is said at once, with line and column.',
  params,
  query: z.strictObject({
    again: z.enum(['true', 'false']).optional().meta({
      description: 'Publish it even though a version with this content was withdrawn.',
    }),
  }),
  headers,
  upload: definitionTypes,
  responses: {
    201: {
      description: 'The new version; Location says where it is.',
      schema: publishedVersion,
      headers: writtenHeaders,
    },
    200: {
      description: 'The newest version in force has this content already.',
      schema: publishedVersion,
      headers: writtenHeaders,
    },
  },
  async handle(call, api) {
    const { id } = call.params;
    const { actor } = call.who;
    const unmet = administrationUnmet(id, actor);
    if (unmet) return { refusal: unmet };
    const sent = await sentDefinition(call.request);
    if (isProblematic(sent)) return sent;
    const { definition, warnings } = sent;
    if (definition.id !== id) return { refusal: notOfThisAddress(definition.id, id) };
    const published = await api.services.publish(definition, actor, Temporal.Now.instant(), {
      again: call.query.again === 'true',
      expectedRevision: call.headers['If-Match'],
    });
    if (isRefused(published)) return published;
    const { service, isNew, standing } = published;
    const { version, digest } = service;
    const place = `/api/v1/services/${id}/versions/${version}`;
    const { retirement } = standing.service;
    return {
      status: isNew ? 201 : 200,
      headers: { ...tagged(standing), ...(isNew ? { Location: place } : {}) },
      body: { service: id, version, digest, warnings, ...(retirement ? { retirement } : {}) },
    };
  },
});

/** A definition that was sent to another service’s address. */
export function notOfThisAddress(given: string, id: string): Problem {
  const message = `"${given}" is not the service of this address, which is "${id}"`;
  return {
    type: 'invalid-definition',
    problems: [{ path: ['id'], message, severity: 'error' }],
  };
}

const standing = {
  200: {
    description: 'The service as it stands after it, with all its versions.',
    schema: standingService,
    headers: writtenHeaders,
  },
};
const ordered = { orderedBy: true } as const;

export const retireService = route({
  method: 'post',
  path: '/api/v1/services/{id}/retirement',
  tag: 'services',
  summary: 'Let a service take no new applications from a date on',
  description:
    'For the administrators of its unit. Applications under way go on to their end. Again, to say ' +
    'another date, reason or legal basis.',
  params,
  headers,
  body: serviceCommands.retire.omit(ordered),
  responses: standing,
  handle: (call, api) => administer(api, call, { type: 'retire', data: call.body }),
});

export const reinstateService = route({
  method: 'post',
  path: '/api/v1/services/{id}/reinstatement',
  tag: 'services',
  summary: 'Take a retirement back, whether it has begun or not',
  description: 'For the administrators of its unit.',
  params,
  headers,
  body: serviceCommands.reinstate.omit(ordered),
  responses: standing,
  handle: (call, api) => administer(api, call, { type: 'reinstate', data: call.body }),
});

export const withdrawVersion = route({
  method: 'post',
  path: '/api/v1/services/{id}/versions/{version}/withdrawal',
  tag: 'services',
  summary: 'Take a version back that was published in error',
  description:
    'For the administrators of its unit. New applications begin under the newest version that is ' +
    'left; those under way go on, or are migrated.',
  params: versionParams,
  headers,
  body: serviceCommands.withdraw.omit({ ...ordered, version: true }),
  responses: standing,
  handle(call, api) {
    const { version } = call.params;
    return administer(api, call, { type: 'withdraw', data: { version, ...call.body } });
  },
});

type AdministrationCall = Call<{ id: string }, unknown, z.output<typeof headers>>;

async function administer(
  api: Api,
  { params: { id }, headers: sent, who }: AdministrationCall,
  command: ServiceCommand,
): Promise<Answer | Problematic> {
  const now = Temporal.Now.instant();
  const expectedRevision = sent['If-Match'];
  const result = await api.services.handle(id, {
    command,
    actor: who.actor,
    now,
    expectedRevision,
  });
  if (!isRefused(result)) {
    return { status: 200, headers: tagged(result), body: result.service };
  }
  const { refusal } = result;
  // Here the service is the address, and not a part of what was sent.
  return refusal.type === 'unknown-service'
    ? { refusal: { type: 'service-not-found', service: id } }
    : result;
}

function tagged({ revision, position }: StandingService): Record<string, string> {
  return { ETag: entityTag(revision), 'X-Position': position };
}

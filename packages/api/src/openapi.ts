import { jsonValue } from '@satu-atap/domain';
import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject } from 'zod-openapi';
import type { ResponseSpec, Route } from './http/route.ts';
import { problemTypes } from './problems/problem-table.ts';
import { stateValue } from './views/schemas.ts';

const problem = z
  .looseObject({
    type: z.enum(problemTypes.map((type) => `/problems/${type}` as const)),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'What is the matter and the way out.' }),
    instance: z.string(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457; each type is described at its address.' });

/** The OpenAPI 3.1 document of a list of routes. */
export function openApiDocument(routes: readonly Route[]): object {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const one of routes) {
    paths[one.path] = { ...paths[one.path], [one.method]: operation(one) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Satu Atap',
      version: '1',
      description:
        'Every permit and non-permit application of a one-stop public service mall. ETag and ' +
        'If-Match carry an application’s revision; an Idempotency-Key makes a retried request the ' +
        'same request; X-Position and X-At-Least-Position let a reader see what it wrote. Texts of ' +
        'problems come in Indonesian, or in English where Accept-Language prefers it.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    components: {
      // Recursive schemas get a number for a name, unless they are given one.
      schemas: { StateValue: stateValue, JsonValue: jsonValue },
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
    paths,
  });
}

function operation(route: Route): ZodOpenApiOperationObject {
  const { tag, summary, description, params, query, headers, body, upload } = route;
  return {
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    ...(route.public ? { security: [] } : {}),
    requestParams: { path: params, query, header: headers },
    ...(body
      ? { requestBody: { required: true, content: { 'application/json': { schema: body } } } }
      : {}),
    ...(upload ? { requestBody: { required: true, content: binary(upload) } } : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.responses).map(([status, spec]) => [status, response(spec)]),
      ),
      ...(route.public
        ? {}
        : {
            default: {
              description: 'A problem.',
              content: { 'application/problem+json': { schema: problem } },
            },
          }),
    },
  };
}

function response({ description, schema, headers, content }: ResponseSpec) {
  return {
    description,
    ...(headers ? { headers } : {}),
    ...(schema || content
      ? {
          content: {
            ...(schema ? { 'application/json': { schema } } : {}),
            ...(content ? binary(content) : {}),
          },
        }
      : {}),
  };
}

function binary(mediaTypes: readonly string[]) {
  return Object.fromEntries(mediaTypes.map((type) => [type, { schema: {} }]));
}

import { pipeline } from 'node:stream/promises';
import express, { Router, type Request, type RequestHandler, type Response } from 'express';
import type { z } from 'zod';
import type { Api } from '../api-options.ts';
import { isProblematic, ProblemError, type RequestIssue } from '../problems/problem.ts';
import { authenticate, identifiedOf } from './authenticate.ts';
import { answerProblem } from './problem-response.ts';
import { requestIssues } from './request-issues.ts';
import type { Answer, Call, Route } from './route.ts';

/** Express routes for a list of routes; other methods of their paths are 405. */
export function mount(routes: readonly Route[], api: Api): Router {
  const router = Router({ caseSensitive: true });
  for (const [path, ofPath] of Map.groupBy(routes, (one) => one.path)) {
    const place = router.route(path.replaceAll(/\{(\w+)\}/g, ':$1'));
    for (const one of ofPath) place[one.method](...handlersOf(one, api));
    place.all(methodNotAllowed(ofPath));
  }
  return router;
}

function handlersOf(route: Route, api: Api): RequestHandler[] {
  return [
    ...(route.public ? [] : [authenticate(api.identity)]),
    ...(answersJson(route) ? [acceptsJson] : []),
    ...(route.body ? [sendsJson, jsonBody(api.limits.jsonBytes)] : []),
    async (request, response) => {
      const result = await route.handle(callOf(route, request, response), api);
      if (isProblematic(result)) answerProblem(result.refusal, request, response);
      else await send(result, response);
    },
  ];
}

/** @throws ProblemError `invalid-request`, with everything that is wrong with it */
function callOf(route: Route, request: Request, response: Response): Call {
  const issues: RequestIssue[] = [];
  const parse = (part: RequestIssue['in'], schema: z.ZodType | undefined, value: unknown) => {
    const parsed = schema?.safeParse(value);
    if (parsed?.success === false) issues.push(...requestIssues(part, parsed.error));
    return parsed?.data;
  };
  const headers = Object.keys(route.headers.shape).map((name) => [name, request.get(name)]);
  const call: Call = {
    params: parse('path', route.params, request.params),
    query: parse('query', route.query, request.query),
    headers: parse('header', route.headers, Object.fromEntries(headers)),
    body: parse('body', route.body, request.body),
    who: identifiedOf(response),
    request,
  };
  if (issues.length > 0) throw new ProblemError({ type: 'invalid-request', issues });
  return call;
}

async function send({ status, headers, body, content }: Answer, response: Response): Promise<void> {
  response.status(status).set('Cache-Control', 'private, no-cache').vary('Authorization');
  response.set(headers ?? {});
  if (content) await pipeline(content, response);
  else if (body === undefined) response.end();
  else response.json(body);
}

function answersJson(route: Route): boolean {
  return Object.values(route.responses).every(({ content }) => content === undefined);
}

const acceptsJson: RequestHandler = (request, _, next) => {
  const offered = ['application/json', 'application/problem+json'];
  if (!request.accepts(offered)) throw new ProblemError({ type: 'not-acceptable', offered });
  next();
};

const sendsJson: RequestHandler = (request, _, next) => {
  const accepted = ['application/json'];
  // `null`: there is no body, which its schema will judge.
  if (request.is(accepted) === false) {
    throw new ProblemError({ type: 'unsupported-media-type', accepted });
  }
  next();
};

function jsonBody(limit: number): RequestHandler {
  return express.json({
    limit,
    // A compressed body could be far larger than it looks.
    inflate: false,
    reviver: (key: string, value: unknown) => {
      if (key === '__proto__') throw new SyntaxError('a property is named __proto__');
      return value;
    },
  });
}

function methodNotAllowed(routes: readonly Route[]): RequestHandler {
  const methods = routes.map(({ method }) => method.toUpperCase());
  const allowed = methods.includes('GET') ? [...methods, 'HEAD'] : methods;
  return () => {
    throw new ProblemError({ type: 'method-not-allowed', allowed });
  };
}

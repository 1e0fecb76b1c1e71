import express, { type Express } from 'express';
import helmet from 'helmet';
import { LogProver } from '@satu-atap/event-store';
import { defaultLimits, rawStore, type ApiOptions } from './api-options.ts';
import { mount } from './http/mount.ts';
import { errorHandler } from './http/problem-response.ts';
import { requestLog } from './http/request-log.ts';
import { openApiDocument } from './openapi.ts';
import { docs } from './pages/docs.ts';
import { problemPages } from './pages/problem-pages.ts';
import { ProblemError } from './problems/problem.ts';
import { answerReadiness } from './routes/operations.ts';
import { routes } from './routes/routes.ts';

/** Answers carry no scripts and are framed by nobody; `/docs` says its own. */
const contentSecurityPolicy = {
  useDefaults: false,
  directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], baseUri: ["'none'"] },
};

/** The HTTP API as an Express application; whoever calls it listens. */
export function createApi(options: ApiOptions): Express {
  const prover = new LogProver(rawStore(options));
  const api = { ...options, limits: { ...defaultLimits, ...options.limits }, prover };
  const app = express();
  app.disable('x-powered-by');
  // Entity tags are revisions; others would only cost a digest of every answer.
  app.disable('etag');

  app.use(requestLog(api.log));
  app.use(helmet({ contentSecurityPolicy }));
  app.use(docs(openApiDocument(routes)));
  app.use(problemPages());
  app.use(mount(routes, api));
  app.use(() => {
    throw new ProblemError({ type: 'not-found' });
  });
  app.use(errorHandler(api.log));
  return app;
}

/** `/livez` and `/readyz` alone, for a process that answers nobody else. */
export function createStatusApi(
  options: Pick<ApiOptions, 'store' | 'readModels' | 'readiness' | 'log' | 'limits'>,
): Express {
  const status = { ...options, limits: { ...defaultLimits, ...options.limits } };
  const app = express();
  app.disable('x-powered-by');
  app.use(helmet({ contentSecurityPolicy }));
  app.get('/livez', (_, response) => void response.json({ live: true }));
  app.get('/readyz', async (_, response) => {
    const answer = await answerReadiness(status);
    response.status(answer.status).set('Cache-Control', 'no-cache').json(answer.body);
  });
  app.use(errorHandler(options.log));
  return app;
}

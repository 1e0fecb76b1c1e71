import type { ErrorRequestHandler, Request, Response } from 'express';
import { EventStoreUnavailableError } from '@satu-atap/event-store';
import { InvalidCursorError, ReadModelsUnavailableError } from '@satu-atap/projections';
import type { Logger } from 'pino';
import { ProblemError, type Problem } from '../problems/problem.ts';
import { problemDetails, problemEntry } from '../problems/problem-table.ts';
import { languageOf } from './language.ts';
import { requestIdOf } from './request-log.ts';

/** The one place that answers a problem: RFC 9457, in the reader's language. */
export function answerProblem(problem: Problem, request: Request, response: Response): void {
  const language = languageOf(request);
  const { retryAfter } = problemEntry(problem.type);
  const [instance = '/'] = request.originalUrl.split('?', 1);
  const details = problemDetails(problem, { language, instance });
  if (retryAfter !== undefined) response.set('Retry-After', String(retryAfter));
  if (problem.type === 'method-not-allowed') response.set('Allow', problem.allowed.join(', '));
  if (details.status === 401) response.set('WWW-Authenticate', challenge(problem));
  response
    .status(details.status)
    .vary('Accept-Language')
    .set('Content-Language', language)
    .set('Cache-Control', 'no-store')
    .type('application/problem+json')
    .send(JSON.stringify(details));
  // What the sender still sends is let go by; left unread it would block the connection.
  request.resume();
}

/** Turns whatever was thrown into a problem; what nobody foresaw is logged and says nothing outside. */
export function errorHandler(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    if (response.headersSent || response.destroyed) {
      // The sender is gone, or a content broke off half-way: all that is left is to hang up.
      response.destroy();
      return;
    }
    const problem = problemOf(error) ?? { type: 'internal', requestId: requestIdOf(response) };
    if (problemEntry(problem.type).status >= 500) {
      log.error({ err: error, requestId: requestIdOf(response) }, 'request failed');
    }
    answerProblem(problem, request, response);
  };
}

const fullDisk: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);

function problemOf(error: unknown): Problem | undefined {
  if (error instanceof ProblemError) return error.problem;
  if (error instanceof EventStoreUnavailableError) return { type: 'store-unavailable' };
  if (error instanceof ReadModelsUnavailableError) return { type: 'read-models-unavailable' };
  if (error instanceof InvalidCursorError) return { type: 'invalid-cursor' };
  if (error instanceof URIError) return { type: 'malformed-url' };
  // The disk is full, for documents as for events: not this request's fault, and it may pass.
  if (fullDisk.has((error as NodeJS.ErrnoException).code ?? ''))
    return { type: 'store-unavailable' };
  return parserProblem(error);
}

/** What Express's JSON parser throws. */
function parserProblem(error: unknown): Problem | undefined {
  const { type, limit } = error as { type?: unknown; limit?: unknown };
  switch (type) {
    case 'entity.too.large':
      return { type: 'body-too-large', maxBytes: Number(limit) };
    case 'entity.parse.failed':
    case 'request.size.invalid':
      return { type: 'malformed-json' };
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return { type: 'unsupported-media-type', accepted: ['application/json; charset=utf-8'] };
    default:
      return undefined;
  }
}

function challenge(problem: Problem): string {
  if (problem.type === 'unauthenticated') return 'Bearer realm="satu-atap"';
  const description = problem.type === 'token-expired' ? 'the token has expired' : 'not accepted';
  return `Bearer realm="satu-atap", error="invalid_token", error_description="${description}"`;
}

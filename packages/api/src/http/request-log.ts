import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import type { Identified } from '../identity/identity.ts';

/**
 * Gives every request an id (the sender's, where it is a plain one) and logs one line when it is
 * over: never bodies, tokens or query values, which may hold personal data.
 */
export function requestLog(log: Logger): RequestHandler {
  return (request, response, next) => {
    const given = request.get('x-request-id');
    const requestId = given && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
    response.locals['requestId'] = requestId;
    response.set('X-Request-Id', requestId);
    const began = performance.now();
    response.once('close', () => {
      const identified = response.locals['identified'] as Identified | undefined;
      const route = request.route as { path: string } | undefined;
      log.info(
        {
          requestId,
          method: request.method,
          route: route?.path,
          status: response.statusCode,
          milliseconds: Math.round((performance.now() - began) * 10) / 10,
          actor: identified?.actor.id,
          ...(response.writableFinished ? {} : { broken: true }),
        },
        'request',
      );
    });
    next();
  };
}

export function requestIdOf(response: Response): string {
  return response.locals['requestId'] as string;
}

import type { RequestHandler, Response } from 'express';
import type { Identified, Identity } from '../identity/identity.ts';
import { ProblemError } from '../problems/problem.ts';

/** Lets a request through once its bearer token is verified, and notes whose it is. */
export function authenticate(identity: Identity): RequestHandler {
  return async (request, response, next) => {
    const token = /^Bearer +([\w.~+/=-]+) *$/i.exec(request.get('authorization') ?? '')?.[1];
    if (token === undefined) throw new ProblemError({ type: 'unauthenticated' });
    response.locals['identified'] = await identity.verify(token);
    next();
  };
}

/** Who sent the request; only of routes that are not public. */
export function identifiedOf(response: Response): Identified {
  return response.locals['identified'] as Identified;
}

import type { Readable } from 'node:stream';
import type { Request } from 'express';
import { z } from 'zod';
import type { Api } from '../api-options.ts';
import type { Identified } from '../identity/identity.ts';
import type { Problematic } from '../problems/problem.ts';

/** A request whose every part its route's schemas have accepted. */
export type Call<Params = unknown, Query = unknown, Headers = unknown, Body = unknown> = {
  params: Params;
  query: Query;
  headers: Headers;
  body: Body;
  who: Identified;
  /** For the one route that streams its body, and for digests of the request. */
  request: Request;
};

/** What a handler answers. */
export type Answer = {
  status: number;
  headers?: Record<string, string>;
  /** JSON. */
  body?: unknown;
  /** Instead of JSON: a content and the headers that describe it. */
  content?: Readable;
};

export type ResponseSpec = {
  description: string;
  schema?: z.ZodType;
  headers?: z.ZodObject;
  /** Media types of a content that is not JSON, instead of it or for readers who prefer it. */
  content?: readonly string[];
};

type Described = {
  method: 'get' | 'post' | 'put' | 'delete';
  /** As OpenAPI writes it: `/api/v1/applications/{id}`. */
  path: string;
  tag: 'services' | 'applications' | 'documents' | 'work' | 'figures' | 'evidence' | 'operations';
  summary: string;
  description?: string;
  /** Media types of a body that is streamed, not parsed. */
  upload?: readonly string[];
  responses: Record<number, ResponseSpec>;
};

type Schemas<P extends z.ZodType, Q extends z.ZodType, H extends z.ZodType, B extends z.ZodType> = {
  params?: P;
  query?: Q;
  headers?: H;
  body?: B;
};

/** A route as data: Express's routing, its validation and the OpenAPI document are all made of it. */
export type Route = Described & {
  params: z.ZodObject;
  query: z.ZodObject;
  headers: z.ZodObject;
  body: z.ZodType | undefined;
  /** Whether it is for anybody, without a token. */
  public: boolean;
  handle(call: Call, api: Api): Promise<Answer | Problematic>;
};

/** A route for those who have signed in. */
export function route<
  P extends z.ZodObject = z.ZodObject,
  Q extends z.ZodObject = z.ZodObject,
  H extends z.ZodObject = z.ZodObject,
  B extends z.ZodType = z.ZodType,
>(
  definition: Described &
    Schemas<P, Q, H, B> & {
      handle(
        call: Call<z.output<P>, z.output<Q>, z.output<H>, z.output<B>>,
        api: Api,
      ): Promise<Answer | Problematic>;
    },
): Route {
  return erased({ ...definition, public: false });
}

/** A route for anybody; its handler does not learn who asks. */
export function publicRoute(
  definition: Described & { handle(call: unknown, api: Api): Promise<Answer> },
): Route {
  return erased({ ...definition, public: true });
}

/** A part without a schema takes nothing: a misspelt query parameter is named, not ignored. */
const nothing = { params: z.strictObject({}), query: z.strictObject({}), headers: z.object({}) };

/** What a handler's call holds has been parsed by the schemas that stand beside it. */
function erased(definition: object): Route {
  return { ...nothing, body: undefined, ...definition } as Route;
}

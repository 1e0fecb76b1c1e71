import type { Request } from 'express';
import type { Language } from '../problems/problem-table.ts';

/** Indonesian, unless the request prefers English. */
export function languageOf(request: Request): Language {
  return request.acceptsLanguages('id', 'en') === 'en' ? 'en' : 'id';
}

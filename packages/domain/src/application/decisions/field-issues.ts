import type { z } from 'zod';
import { en as english, id as indonesian } from 'zod/locales';
import type { FieldIssue } from '../refusal.ts';

/** What a schema found wrong, by field and in both languages; `field` is where the value stood. */
export function fieldIssues(error: z.ZodError, field?: string): FieldIssue[] {
  return error.issues.map((issue) => {
    const at = [...(field === undefined ? [] : [field]), ...issue.path].join('.');
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : at;
    return {
      field: unknown,
      message: { id: inLanguage(indonesian, issue), en: inLanguage(english, issue) },
    };
  });
}

function inLanguage(locale: typeof english, issue: z.core.$ZodIssue): string {
  const message = locale().localeError(issue as z.core.$ZodRawIssue);
  return typeof message === 'string' ? message : (message?.message ?? issue.message);
}

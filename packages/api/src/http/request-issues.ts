import type { Localized } from '@satu-atap/domain';
import type { z } from 'zod';
import { en as english, id as indonesian } from 'zod/locales';
import { say, type RequestIssue } from '../problems/problem.ts';

/** What a schema found wrong with a part of a request, field by field, in both languages. */
export function requestIssues(part: RequestIssue['in'], error: z.ZodError): RequestIssue[] {
  return error.issues.flatMap((issue) => {
    const at = issue.path.map(String);
    const fields = issue.code === 'unrecognized_keys' ? issue.keys : [''];
    return fields.map((key) => ({
      in: part,
      field: [...at, ...(key === '' ? [] : [key])].join('.') || part,
      message: issue.code === 'unrecognized_keys' ? unknownField : messageOf(issue),
    }));
  });
}

const unknownField = say('tidak dikenal di sini', 'is not known here');

/** zod's own words in each language; a schema's own words, which are English, follow them. */
function messageOf(issue: z.core.$ZodIssue): Localized {
  const id = inLanguage(indonesian, issue);
  const en = inLanguage(english, issue);
  return issue.message === en ? say(id, en) : say(`${id} (${issue.message})`, issue.message);
}

function inLanguage(locale: typeof english, issue: z.core.$ZodIssue): string {
  const message = locale().localeError(issue as z.core.$ZodRawIssue);
  return typeof message === 'string' ? message : (message?.message ?? issue.message);
}

import { formFieldsIn, type Sealed } from './sealed.ts';

/** How `Application.erased` names a document's file name. */
export function erasedFileName(document: string): string {
  return `documents.${document}.name`;
}

/**
 * What is erased of an application after one more event: what its box holds, unless the event (or an
 * earlier one that could be opened) says it; `undefined` when nothing is.
 *
 * @param given fields of the form that the event gives in the clear
 */
export function erasedAfter(
  before: readonly string[] | undefined,
  sealed: Sealed | undefined,
  given: Readonly<Record<string, unknown>> = {},
): string[] | undefined {
  if (!before && !sealed) return undefined;
  const lost = new Set([...(before ?? []), ...(sealed?.fields ?? [])]);
  for (const field of Object.keys(given)) lost.delete(`data.${field}`);
  return lost.size === 0 ? undefined : [...lost];
}

/** Whether one of these fields of the form is erased, and which. */
export function erasedAmong(
  erased: readonly string[] | undefined,
  fields: Iterable<string>,
): string[] {
  if (!erased) return [];
  const lost = new Set(formFieldsIn(erased));
  return [...fields].filter((field) => lost.has(field));
}

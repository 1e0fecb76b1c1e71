import { z } from 'zod';
import { fieldName } from '../names.ts';

/** A field of a form as a part of an event: `data.ownerName`. */
const dataPath = 'data.';

/** What may be sealed in an event: the applicant's name, a document's file name, a field of the form. */
const personalPath = z
  .string()
  .max(200)
  .refine(
    (path) =>
      path === 'applicant.name' ||
      path === 'name' ||
      (path.startsWith(dataPath) && fieldName.safeParse(path.slice(dataPath.length)).success),
    { error: 'must be applicant.name, name or data.<field>' },
  );

/**
 * The personal parts of a stored event: taken out of it, and put together in a box that only the
 * applicant's key opens. An event that is read with this in it was not opened: the key is erased.
 */
export const sealed = z.strictObject({
  /** Which key. */
  key: z.uuid(),
  /** What is in the box, in this order. */
  fields: z.array(personalPath).min(1).max(1000),
  /** AES-256-GCM: 12 bytes of initialisation vector, the ciphertext, 16 bytes of tag; base64. */
  box: z.base64().min(1),
});
export type Sealed = z.infer<typeof sealed>;

type EventData = { readonly [key: string]: unknown };

/** An event's data without its personal parts, and those parts. */
type TakenApart = { rest: EventData; fields: string[]; values: unknown[] };

/**
 * Takes the personal parts out of an application's event: the applicant's name, file names of documents,
 * and the fields that the service's form flags as personal.
 *
 * @returns undefined when there is nothing personal in it
 */
export function takePersonalOut(
  { type, data }: { type: string; data: EventData },
  isPersonal: (field: string) => boolean,
): TakenApart | undefined {
  const fields: string[] = [];
  const values: unknown[] = [];
  const take = (path: string, value: unknown) => {
    fields.push(path);
    values.push(value);
  };
  let rest = data;
  if (type === 'ApplicationSubmitted') {
    const { name, ...applicant } = data['applicant'] as EventData;
    if (name !== undefined) {
      take('applicant.name', name);
      rest = { ...rest, applicant };
    }
  }
  if (type === 'DocumentAttached' && data['name'] !== undefined) {
    const { name, ...others } = rest;
    take('name', name);
    rest = others;
  }
  if ((type === 'ApplicationSubmitted' || type === 'StepTaken') && data['data'] !== undefined) {
    const form = Object.entries(data['data'] as EventData);
    const personal = form.filter(([field]) => isPersonal(field));
    for (const [field, value] of personal) take(dataPath + field, value);
    if (personal.length > 0) {
      rest = { ...rest, data: Object.fromEntries(form.filter(([field]) => !isPersonal(field))) };
    }
  }
  return fields.length === 0 ? undefined : { rest, fields, values };
}

/** The event's data with its personal parts in their places again, and without the box. */
export function putPersonalBack(
  data: EventData,
  fields: readonly string[],
  values: readonly unknown[],
): EventData {
  // One new object, filled: this is done for every event that is read.
  const { sealed: _, ...whole }: Record<string, unknown> = data;
  let form: Record<string, unknown> | undefined;
  for (const [index, path] of fields.entries()) {
    const value = values[index];
    if (path === 'applicant.name') {
      whole['applicant'] = { ...(whole['applicant'] as EventData), name: value };
    } else if (path === 'name') {
      whole['name'] = value;
    } else {
      form ??= { ...(whole['data'] as EventData | undefined) };
      form[path.slice(dataPath.length)] = value;
    }
  }
  return form ? { ...whole, data: form } : whole;
}

/** Of what a sealed event still lacks: the fields of the form. */
export function formFieldsIn(fields: readonly string[]): string[] {
  return fields.flatMap((path) => (path.startsWith(dataPath) ? [path.slice(dataPath.length)] : []));
}

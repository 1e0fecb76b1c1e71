import type { CompiledService, FormData, LogAttribute } from '@satu-atap/domain';

/**
 * Form data as typed attributes `data.<field>`, in the order of the form. Told is only what the form of
 * every version that the application ran under knows as not personal.
 *
 * @param texts whether text that people typed in is told, too
 */
export function formAttributes(
  data: FormData,
  versions: readonly CompiledService[],
  texts: boolean,
): LogAttribute[] {
  const attributes: LogAttribute[] = [];
  for (const field of Object.keys(data)) {
    const value = data[field];
    const specs = versions.flatMap(({ definition: { form } }) =>
      Object.hasOwn(form, field) ? (form[field] ?? []) : [],
    );
    const spec = specs.at(-1);
    if (!spec || value === undefined || specs.some(({ personal }) => personal)) continue;
    if (spec.type === 'text' && !texts) continue;
    attributes.push([`data.${field}`, ...typed(spec.type, value)]);
  }
  return attributes;
}

type Typed = [type: 'string' | 'date' | 'int' | 'float' | 'boolean', value: string];

function typed(type: string, value: string | number | boolean): Typed {
  if (typeof value === 'boolean') return ['boolean', String(value)];
  if (typeof value === 'number') {
    return [type !== 'number' && Number.isSafeInteger(value) ? 'int' : 'float', String(value)];
  }
  // XES knows instants only: a day is its first moment in UTC.
  return type === 'date' ? ['date', `${value}T00:00:00Z`] : ['string', value];
}

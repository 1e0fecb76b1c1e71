import { z } from 'zod';
import type { DocumentPath } from './problem.ts';

/**
 * The keys that a schema knows at a place in a document: to say which one a misspelt key was meant to
 * be. Where a schema has alternatives, those of all of them.
 */
export function keysKnown(schema: z.core.$ZodType, path: DocumentPath): string[] {
  const keys = schemasAt(schema, path).flatMap((one) =>
    one instanceof z.ZodObject ? Object.keys(one.shape) : [],
  );
  return [...new Set(keys)];
}

/** What `name` may be at a place, where it tells the alternatives of a schema apart. */
export function namesKnown(schema: z.core.$ZodType, path: DocumentPath): string[] {
  return schemasAt(schema, [...path, 'name']).flatMap((one) =>
    one instanceof z.ZodLiteral || one instanceof z.ZodEnum
      ? [...('values' in one ? one.values : one.options)].map(String)
      : [],
  );
}

function schemasAt(schema: z.core.$ZodType, path: DocumentPath): z.core.$ZodType[] {
  let here = alternatives(schema);
  for (const key of path) here = here.flatMap((one) => inside(one, key)).flatMap(alternatives);
  return here;
}

function inside(schema: z.core.$ZodType, key: string | number): z.core.$ZodType[] {
  if (schema instanceof z.ZodObject) {
    const shape: Readonly<Record<string, z.core.$ZodType>> = schema.shape;
    const part = Object.hasOwn(shape, key) ? shape[key] : undefined;
    return part ? [part] : [];
  }
  if (schema instanceof z.ZodRecord) return [schema.valueType];
  return schema instanceof z.ZodArray ? [schema.element] : [];
}

function alternatives(schema: z.core.$ZodType): z.core.$ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return alternatives(schema._zod.def.innerType);
  }
  if (schema instanceof z.ZodPipe) return alternatives(schema.in);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(alternatives);
  return [schema];
}

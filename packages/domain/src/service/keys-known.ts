import { z } from 'zod';
import type { DocumentPath } from './problem.ts';

/**
 * The keys that a schema knows at a place in a document: to say which one a misspelt key was meant to
 * be. Where a schema has alternatives, those of all of them.
 */
export function keysKnown(schema: z.core.$ZodType, path: DocumentPath): string[] {
  let here = alternatives(schema);
  for (const key of path) here = here.flatMap((one) => inside(one, key)).flatMap(alternatives);
  const keys = here.flatMap((one) => (one instanceof z.ZodObject ? Object.keys(one.shape) : []));
  return [...new Set(keys)];
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

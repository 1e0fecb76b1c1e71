import { z } from 'zod';

/** The types that XES knows (IEEE 1849-2016, 4.3), `list` and `container` with attributes inside. */
export const logAttributeTypes = [
  'string',
  'date',
  'int',
  'float',
  'boolean',
  'id',
  'list',
  'container',
] as const;
export type LogAttributeType = (typeof logAttributeTypes)[number];

/**
 * An attribute of an event log as it stands there: key, type, the value as it was written, and the
 * attributes within. A tuple, because logs have millions.
 */
export type LogAttribute =
  | [key: string, type: LogAttributeType, value: string]
  | [key: string, type: LogAttributeType, value: string, children: LogAttribute[]];

/** Attributes within attributes: more than any real log has. */
const deepest = 16;

/** Checked by hand: a recursive union of schemas would cost more than the rest of an event. */
export const logAttributes = z.custom<LogAttribute[]>((value) => areAttributes(value), {
  error: 'must be a list of [key, type, value] or [key, type, value, children]',
});

function areAttributes(value: unknown, depth = 0): boolean {
  return (
    Array.isArray(value) && depth < deepest && value.every((entry) => isAttribute(entry, depth))
  );
}

function isAttribute(entry: unknown, depth: number): boolean {
  if (!Array.isArray(entry) || entry.length < 3 || entry.length > 4) return false;
  const [key, type, value, children] = entry as unknown[];
  return (
    typeof key === 'string' &&
    typeof value === 'string' &&
    (logAttributeTypes as readonly unknown[]).includes(type) &&
    (entry.length === 3 || areAttributes(children, depth + 1))
  );
}

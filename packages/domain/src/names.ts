import { z } from 'zod';

/** Property names that plain objects inherit: never allowed as a name in a definition. */
const inherited = new Set(Object.getOwnPropertyNames(Object.prototype));

const notInherited = [
  (name: string) => !inherited.has(name),
  { error: 'is a name that JavaScript objects inherit; choose another' },
] as const;

/** Names of states, actions, roles, units, offices, documents: `field-inspection`. */
export const name = z
  .string()
  .max(64)
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, {
    error: 'must be lower-case words joined by hyphens, like "field-inspection"',
  })
  .refine(...notInherited);

/** Names of form fields, as expressions read them: `data.floorArea`. */
export const fieldName = z
  .string()
  .max(64)
  .regex(/^[a-z][A-Za-z0-9]*$/, { error: 'must be camelCase letters and digits, like "floorArea"' })
  .refine(...notInherited);

/** A service's name: the unit that owns it and its own name, `dpmptsp.sip-dokter`. */
export const serviceId = z.string().regex(/^[a-z][a-z0-9-]{0,62}\.[a-z][a-z0-9-]{0,62}$/, {
  error: 'must be "unit.service" in lower-case words, like "dpmptsp.sip-dokter"',
});

/** A text that officers or applicants read, in Indonesian and English. */
export const localized = z
  .strictObject({
    id: z.string().min(1).max(1000).describe('In Indonesian.'),
    en: z.string().min(1).max(1000).describe('In English.'),
  })
  .meta({ id: 'Localized', description: 'A text that people read, in Indonesian and English.' });
export type Localized = z.infer<typeof localized>;

/** An instant in ISO 8601, in UTC: `2026-11-02T01:30:00Z`, with up to nine decimals. */
export const instant = z.iso.datetime({ error: 'must be an ISO 8601 instant in UTC' });

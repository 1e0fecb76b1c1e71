import { schemaProblems } from '@satu-atap/domain';
import { z } from 'zod';
import { findJson } from './digit-json.ts';

/** A DIGIT workflow action, its oddities of writing evened out. */
export type DigitAction = {
  action: string;
  nextState: string | null;
  roles: string[];
  tenantId: string | null;
  currentState: string | null;
  unknown: string[];
};

export type DigitState = {
  /** Null before the application exists. */
  state: string | null;
  uuid: string | null;
  tenantId: string | null;
  applicationStatus: string | null;
  /** Milliseconds. */
  sla: number | null;
  isStartState: boolean;
  isTerminateState: boolean;
  docUploadRequired: boolean;
  isStateUpdatable: boolean;
  actions: DigitAction[];
  unknown: string[];
};

/** One `BusinessService` of the DIGIT platform. */
export type DigitService = {
  businessService: string;
  business: string | null;
  tenantId: string | null;
  /** Milliseconds. */
  businessServiceSla: number | null;
  states: DigitState[];
  unknown: string[];
};

/** What a file holds: its services, or of one that cannot be read the reason. */
export type DigitFile = {
  services: (DigitService | { businessService: string; unreadable: string })[];
  /** Keys beside the services. */
  unknown: string[];
  wrapped: boolean;
};

const text = z
  .string()
  .nullish()
  .transform((value) => value?.trim() || null);
const flag = z
  .union([z.boolean(), z.enum(['true', 'false', '']), z.null()])
  .optional()
  .transform((value) => value === true || value === 'true');
/** A time in milliseconds; DIGIT writes none as null, 0 or "". */
const milliseconds = z
  .union([z.number(), z.string().regex(/^\s*\d*\s*$/), z.null()])
  .optional()
  .transform((value) => {
    const number = Number(value ?? 0);
    return number > 0 ? number : null;
  });
/** Roles are a list; also met: a text, with commas between several. */
const roles = z
  .union([z.array(z.string()), z.string()])
  .transform((value) => (typeof value === 'string' ? value.split(',') : value))
  .transform((list) => [...new Set(list.map((role) => role.trim()).filter(Boolean))]);

/** Objects are read loosely, and what was not read is named: nothing is lost in silence. */
const known = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.looseObject(shape).transform((value) => ({
    ...value,
    unknown: Object.keys(value).filter((key) => !Object.hasOwn(shape, key)),
  }));

const service = known({
  businessService: z.string().trim().min(1),
  business: text,
  tenantId: text,
  businessServiceSla: milliseconds,
  states: z
    .array(
      known({
        state: text,
        uuid: text,
        tenantId: text,
        applicationStatus: text,
        sla: milliseconds,
        isStartState: flag,
        isTerminateState: flag,
        docUploadRequired: flag,
        isStateUpdatable: flag,
        actions: z
          .array(
            known({
              action: z.string().trim().min(1),
              tenantId: text,
              nextState: text,
              currentState: text,
              roles,
            }),
          )
          .nullish()
          .transform((list) => list ?? []),
      }),
    )
    .min(1),
});

/** @returns undefined when the text holds no DIGIT business services at all */
export function readDigitFile(content: string): DigitFile | undefined {
  const found = findJson(content, (value) => servicesIn(value).length > 0);
  if (!found) return undefined;
  const { value, wrapped } = found;
  const beside = isObject(value) && 'BusinessServices' in value ? Object.keys(value) : [];
  return {
    services: servicesIn(value).map((one) => {
      const parsed = service.safeParse(one);
      if (parsed.success) return parsed.data;
      const problems = schemaProblems(parsed.error, one).map(
        ({ path, message }) => `${path.join('.')} ${message}`,
      );
      return { businessService: String(one['businessService']), unreadable: problems.join('; ') };
    }),
    unknown: beside.filter((key) => key !== 'BusinessServices'),
    wrapped,
  };
}

/** `{ BusinessServices: […] }`, a list of services, or one service. */
function servicesIn(value: unknown): Record<string, unknown>[] {
  const list: unknown =
    isObject(value) && 'BusinessServices' in value ? value['BusinessServices'] : value;
  const services: unknown[] = Array.isArray(list) ? list : [list];
  return services.every((one) => isObject(one) && 'businessService' in one)
    ? (services as Record<string, unknown>[])
    : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

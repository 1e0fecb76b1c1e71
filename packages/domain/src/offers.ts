import { z } from 'zod';
import type { Refusal } from './application/refusal.ts';
import { name, serviceId } from './names.ts';
import type { Office, OfficeDefinition, Offices } from './office.ts';
import { reportInto, unknown, type Problem } from './service/problem.ts';

/** Which services an office offers: those that it names, or all; but for the exceptions. */
export const offers = z
  .strictObject({
    units: z.array(name).min(1).optional().describe('Units whose services it offers, all of them.'),
    services: z
      .array(serviceId)
      .min(1)
      .optional()
      .describe('Services that it offers beside those.'),
    except: z.array(serviceId).min(1).optional().describe('Services that it does not offer.'),
  })
  .refine((parts) => Object.keys(parts).length > 0, {
    error: 'names nothing; leave it out where the office offers everything',
  })
  .describe('Which services can be applied for here; everything, when left out.');
export type Offers = z.infer<typeof offers>;

/** Whether a service can be applied for at an office. */
export function isOffered(service: string, { offers: chosen }: Pick<OfficeDefinition, 'offers'>) {
  if (!chosen) return true;
  const { units, services, except = [] } = chosen;
  if (except.includes(service)) return false;
  if (!units && !services) return true;
  const [unit = ''] = service.split('.', 1);
  return units?.includes(unit) === true || services?.includes(service) === true;
}

/** The offices where a service can be applied for. */
export function officesOffering(service: string, offices: Offices): string[] {
  return [...offices.values()]
    .filter(({ definition }) => isOffered(service, definition))
    .map(({ id }) => id);
}

/** Why a service cannot be applied for at an office, if it cannot, and where it can. */
export function offerUnmet(service: string, office: Office, offices: Offices): Refusal | undefined {
  if (isOffered(service, office.definition)) return undefined;
  const elsewhere = officesOffering(service, offices);
  return { type: 'service-not-offered', service, office: office.id, offices: elsewhere };
}

/** What is wrong with an office's choice, held against the services that there are. */
export function checkOffers(
  { offers: chosen = {} }: Pick<OfficeDefinition, 'offers'>,
  services: readonly { id: string; unit: string }[],
): Problem[] {
  const problems: Problem[] = [];
  const report = reportInto(problems);
  const units = [...new Set(services.map(({ unit }) => unit))].toSorted();
  const ids = services.map(({ id }) => id).toSorted();
  chosen.units?.forEach((unit, index) => {
    if (!units.includes(unit))
      report.error(['offers', 'units', index], unknown('unit', unit, units));
  });
  const { except: _except, ...without } = chosen;
  const isInVain = (id: string) =>
    Object.keys(without).length > 0 && !isOffered(id, { offers: without });
  for (const part of ['services', 'except'] as const) {
    chosen[part]?.forEach((id, index) => {
      const place = ['offers', part, index];
      if (!ids.includes(id)) report.error(place, unknown('service', id, ids));
      else if (part === 'except' && isInVain(id)) {
        report.warning(place, `"${id}" is not offered anyway; leave it out`);
      }
    });
  }
  return problems;
}

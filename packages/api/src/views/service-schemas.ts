import {
  instant,
  localized,
  name,
  servicePublished,
  serviceDefinition,
  serviceId,
  serviceRetired,
  standardComponents,
  type PublicComponent,
  type ServiceStatus,
  type StandardComponent,
} from '@satu-atap/domain';
import type { ServiceRow, VersionRow } from '@satu-atap/projections';
import { z } from 'zod';
import type { DefinitionProblem } from '../problems/problem.ts';

const { version, digest } = servicePublished.shape;

const serviceStatus: z.ZodType<ServiceStatus> = z
  .enum(['open', 'retired', 'withdrawn'] as const satisfies readonly ServiceStatus[])
  .meta({
    id: 'ServiceStatus',
    description:
      'Whether it takes new applications: not when it has retired, by the date at the office ' +
      'asked for or else at every office, nor when all its versions were withdrawn.',
  });

const retirement = serviceRetired.omit({ orderedBy: true }).meta({ id: 'Retirement' });

export const serviceRow = z
  .strictObject({
    id: serviceId,
    version: z.int(),
    digest: z.string(),
    kind: z.enum(['permit', 'non-permit']),
    unit: name,
    title: localized,
    publishedAt: instant,
    status: serviceStatus,
    retirement: retirement.exactOptional(),
  })
  .meta({ id: 'ServiceRow' }) satisfies z.ZodType<
  Omit<ServiceRow, 'definition' | 'withdrawn' | 'revision'>
>;

const standardComponent = z
  .strictObject({
    component: z.enum(Object.keys(standardComponents) as [StandardComponent]),
    title: localized,
    from: z.enum(['derived', 'written', 'missing']).meta({
      description: 'Whether it follows from the definition, is written in it, or is missing.',
    }),
    texts: z.array(localized),
  })
  .meta({ id: 'StandardComponent' }) satisfies z.ZodType<PublicComponent>;

export const serviceDetail = serviceRow
  .extend({
    offices: z.array(name).meta({ description: 'Offices where it can be applied for.' }),
    definition: serviceDefinition.extend({
      workflow: z.looseObject({}).meta({
        description:
          'Its states and actions: docs/plug-in-a-service.md says how definitions are written.',
      }),
    }),
    standard: z.array(standardComponent).meta({
      description: 'The 14 components of its service standard, in the order of publication.',
    }),
  })
  .meta({ id: 'Service' });

const withdrawal = z.strictObject({ at: instant, reason: localized });

export const versionRow = z
  .strictObject({
    version,
    digest,
    publishedAt: instant,
    publishedBy: z.string().meta({ description: 'Id of who published it.' }),
    withdrawn: withdrawal.extend({ by: z.string() }).exactOptional().meta({
      description: 'When, by whom and why no application begins under it any more.',
    }),
  })
  .meta({ id: 'ServiceVersionRow' }) satisfies z.ZodType<Omit<VersionRow, 'definition'>>;

export const versionDetail = versionRow
  .extend(serviceDetail.pick({ definition: true, standard: true }).shape)
  .meta({ id: 'ServiceVersion' });

/** What is wrong or doubtful in a definition that was sent. */
export const definitionProblem = z
  .strictObject({
    path: z.array(z.union([z.string(), z.int()])),
    message: z.string(),
    severity: z.enum(['error', 'warning']),
    line: z.int().exactOptional(),
    column: z.int().exactOptional(),
  })
  .meta({ id: 'DefinitionProblem' }) satisfies z.ZodType<DefinitionProblem>;

/** What publishing answers. */
export const publishedVersion = z
  .strictObject({
    service: serviceId,
    version,
    digest,
    warnings: z.array(definitionProblem).meta({
      description: 'What is doubtful about the definition.',
    }),
    retirement: retirement.exactOptional().meta({
      description: 'A new version does not open a service that has retired.',
    }),
  })
  .meta({ id: 'PublishedVersion' });

/** A service as its own events tell it. */
export const standingService = z
  .strictObject({
    id: serviceId,
    unit: name,
    versions: z.array(z.strictObject({ version, digest, withdrawn: withdrawal.exactOptional() })),
    retirement: retirement.exactOptional(),
  })
  .meta({ id: 'StandingService' });

export type ServiceRowView = z.infer<typeof serviceRow>;

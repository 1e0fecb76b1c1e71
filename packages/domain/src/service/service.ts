import { z } from 'zod';
import { localized } from '../names.ts';
import { serviceDefinition } from './definition.ts';

/** A version of a service went live. Versions count from 1. */
export const servicePublished = z.strictObject({
  version: z.int().min(1),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  definition: serviceDefinition,
});

/** Who ordered it, where somebody else carried it out: from the command line. */
const orderedBy = z.string().min(1).max(200).exactOptional();

/** The service takes no new applications from a local date on; given again, the later one holds. */
export const serviceRetired = z.strictObject({
  from: z.iso.date().meta({
    description: 'The first day without new applications, by the date at each office.',
    example: '2027-01-01',
  }),
  reason: localized.meta({ description: 'Why it ends: applicants read it.' }),
  legalBasis: z.string().min(1).max(500).meta({
    description: 'The regulation or decision that ends it.',
    example: 'Peraturan Wali Kota Nomor 7 Tahun 2026',
  }),
  orderedBy,
});

/** A retirement, begun or still to come, was taken back. */
export const serviceReinstated = z.strictObject({ reason: localized, orderedBy });

/** A version turned out to be published in error: no application begins under it any more. */
export const versionWithdrawn = z.strictObject({
  version: servicePublished.shape.version,
  reason: localized,
  orderedBy,
});

export const serviceEvents = {
  ServicePublished: servicePublished,
  ServiceRetired: serviceRetired,
  ServiceReinstated: serviceReinstated,
  VersionWithdrawn: versionWithdrawn,
} as const;

export type ServiceEvent = {
  [Type in keyof typeof serviceEvents]: {
    type: Type;
    data: z.infer<(typeof serviceEvents)[Type]>;
  };
}[keyof typeof serviceEvents];
export type ServiceEventOf<Type extends ServiceEvent['type']> = Extract<
  ServiceEvent,
  { type: Type }
>;

export type PublishedVersion = {
  version: number;
  digest: string;
  /** When and why no application begins under it any more. */
  withdrawn?: { at: string; reason: z.infer<typeof localized> };
};

export type Retirement = Pick<z.infer<typeof serviceRetired>, 'from' | 'reason' | 'legalBasis'>;

/** A service as its events tell it. */
export type Service = {
  id: string;
  /** The unit that administers it. */
  unit: string;
  /** All of them, oldest first. */
  versions: readonly PublishedVersion[];
  retirement?: Retirement;
};

/** The newest version that was not withdrawn. */
export function newestInForce({ versions }: Service): PublishedVersion | undefined {
  return versions.findLast(({ withdrawn }) => !withdrawn);
}

/** @throws Error for an event that cannot be a stream's first */
export function evolveService(
  service: Service | undefined,
  event: ServiceEvent,
  { occurredAt }: { occurredAt: string },
): Service {
  if (event.type === 'ServicePublished') {
    const { version, digest, definition } = event.data;
    const { id, unit } = definition;
    const versions = [...(service?.versions ?? []), { version, digest }];
    return { ...(service ?? { id, unit }), versions };
  }
  if (!service) throw new Error(`${event.type} of a service that was never published`);
  switch (event.type) {
    case 'ServiceRetired': {
      const { from, reason, legalBasis } = event.data;
      return { ...service, retirement: { from, reason, legalBasis } };
    }
    case 'ServiceReinstated': {
      const { retirement: _, ...open } = service;
      return open;
    }
    case 'VersionWithdrawn': {
      const { version, reason } = event.data;
      const withdrawn = { at: occurredAt, reason };
      return {
        ...service,
        versions: service.versions.map((one) =>
          one.version === version ? { ...one, withdrawn } : one,
        ),
      };
    }
  }
}

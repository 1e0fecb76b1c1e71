import {
  reportClocks,
  type ClockReport,
  type CompiledService,
  type Office,
  type Offices,
} from '@satu-atap/domain';
import { readHistory } from './applications-of-service.ts';
import type { EventStore } from './event-store.ts';
import type { ServiceCatalogue } from './service-catalogue.ts';

/** The clocks of an application, and the office that counts them. */
export type ClockReports = { office: Office; reports: ClockReport[] };

/**
 * The clocks of an application, each explained from the application's events.
 *
 * @returns undefined when there is no such application
 * @throws Error when its office is not configured
 */
export async function clockReports(
  id: string,
  { store, services, offices }: { store: EventStore; services: ServiceCatalogue; offices: Offices },
): Promise<ClockReports | undefined> {
  const history = await readHistory(store, id);
  const versions = new Map<number, CompiledService>();
  let office: Office | undefined;
  let service = '';
  const know = async (version: number) => {
    versions.set(version, await services.version(service, version));
  };
  for (const { event } of history) {
    if (event.type === 'ApplicationSubmitted') {
      office = offices.get(event.data.office);
      service = event.data.service.id;
      await know(event.data.service.version);
    } else if (event.type === 'ApplicationMigrated') {
      await know(event.data.to.version);
    }
  }
  if (history.length === 0) return undefined;
  if (!office) throw new Error(`application ${id} belongs to an office that is not configured`);
  const { calendars } = office;
  const reports = reportClocks(history, {
    calendars,
    service(version) {
      const known = versions.get(version);
      if (!known) throw new Error(`no event of application ${id} names version ${version}`);
      return known;
    },
  });
  return { office, reports };
}

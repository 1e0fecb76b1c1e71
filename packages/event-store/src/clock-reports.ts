import { reportClocks, type ClockReport, type Office } from '@satu-atap/domain';
import { readLife, type LifeSources } from './application-life.ts';

/** The clocks of an application, and the office that counts them. */
export type ClockReports = { office: Office; reports: ClockReport[] };

/**
 * The clocks of an application, each explained from the application's events.
 *
 * @returns undefined when there is no such application
 * @throws as `readLife` does
 */
export async function clockReports(
  id: string,
  sources: LifeSources,
): Promise<ClockReports | undefined> {
  const life = await readLife(id, sources);
  if (!life) return undefined;
  const { history, office, service } = life;
  return { office, reports: reportClocks(history, { calendars: office.calendars, service }) };
}

import { checkConformance } from '../audit/conformance.ts';
import { replay } from '../audit/replay.ts';
import {
  readApplicationEvent,
  readCalendarEvent,
  readServiceEvent,
} from '../application/recorded.ts';
import { compileService, type CompiledService } from '../service/compile.ts';
import type { CalendarVersion } from '../sla/calendar-versions.ts';
import { officeCalendars } from '../sla/office-calendars.ts';
import { office } from './sample-people.ts';

type Stored = {
  stream: string;
  revision: number;
  type: string;
  data: Record<string, unknown>;
  metadata: unknown;
};

/**
 * What a recorded log of one application says: the application at each revision, with its clocks and
 * what could be done, and what conformance finds.
 *
 * @param lines one event a line, with the events of its service and calendar
 */
export function goldenReplay(lines: string) {
  const stored = lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Stored);
  const of = (prefix: string) => stored.filter(({ stream }) => stream.startsWith(prefix));
  const services = new Map<number, CompiledService>();
  for (const one of of('service-')) {
    const { event } = readServiceEvent(one);
    if (event.type !== 'ServicePublished') continue;
    services.set(event.data.version, compileService(event.data.definition, event.data));
  }
  const versions = of('calendar-').map((one): CalendarVersion => {
    const { event, metadata } = readCalendarEvent(one);
    const { definition } = event.data;
    const publishedAt = Date.parse(metadata.occurredAt);
    return { ...event.data, id: definition.id, publishedAt };
  });
  const calendars = officeCalendars(
    {
      id: office,
      title: { id: 'MPP', en: 'Mall' },
      timeZone: 'Asia/Jakarta',
      calendar: versions[0]?.id ?? '',
    },
    Map.groupBy(versions, ({ id }) => id),
  );
  const history = of('application-').map((one) => ({
    revision: one.revision,
    type: one.type,
    ...readApplicationEvent(one),
  }));
  const conformance = checkConformance(history, {
    service: (_, version) => services.get(version),
    calendars: () => calendars,
  });
  const setting = {
    calendars,
    service(version: number) {
      const known = services.get(version);
      if (!known) throw new Error(`version ${version} is not in the log`);
      return known;
    },
  };
  const moments = history.map(({ revision }) => {
    const then = replay(history, { revision }, setting);
    if (!('application' in then)) throw new Error(`revision ${revision}: ${then.type}`);
    const { application, clocks, actions, slaStatus, service } = then;
    return { revision, version: service.version, slaStatus, application, clocks, actions };
  });
  const { findings, unchecked } = conformance;
  return { findings, unchecked, moments };
}

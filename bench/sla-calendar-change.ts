import { join } from 'node:path';
import {
  evolve,
  readApplicationEvent,
  serviceDefinition,
  type Application,
} from '@satu-atap/domain';
import {
  office,
  people,
  sampleCalendar,
  sampleOffices,
  samplePermit,
} from '@satu-atap/domain/testing';
import {
  applicationStream,
  CalendarCatalogue,
  derivedId,
  EmbeddedEventStore,
  ServiceCatalogue,
  type NewEvent,
} from '@satu-atap/event-store';
import { simulatedHistory } from '@satu-atap/event-store/testing';
import { Projector } from '@satu-atap/projections';
import { pino } from 'pino';
import { spread } from './sla-ticks.ts';
import { scratchFolder } from './setup.ts';

const log = pino({ level: 'silent' });
const applications = 100_000;
const length = 8;
/** Different lives; the others are like one of them. */
const lives = 500;

/** A version of a calendar, from its event until every due date that it touches is in the read models. */
export async function benchCalendarChange(rounds: number): Promise<void> {
  const folder = scratchFolder();
  const store = new EmbeddedEventStore({ file: join(folder, 'events.sqlite') });
  const calendars = new CalendarCatalogue(store);
  const publish = (at: string, ...dates: string[]) => {
    const holidays = dates.map((date) => ({ date, name: 'Libur tambahan' }));
    const definition = { ...sampleCalendar, holidays: [...sampleCalendar.holidays, ...holidays] };
    return calendars.publish(definition, people.system, Temporal.Instant.from(at));
  };
  await publish('2026-01-01T00:00:00Z');
  await fill(store);
  const projector = await Projector.open({ store, folder, offices: sampleOffices, log });
  projector.run();

  const seconds: number[] = [];
  const work: number[] = [];
  let moved = 0;
  let before = await dueDates(projector);
  for (let round = 0; round < rounds; round++) {
    const used = process.cpuUsage();
    const began = performance.now();
    // The 8th is a holiday, and then it is none.
    const at = Temporal.Instant.from('2026-01-07T00:00:00Z').add({ minutes: round });
    await publish(at.toString(), ...(round % 2 === 0 ? ['2026-01-08'] : []));
    const head = await store.head();
    while (projector.status.position < head) {
      if (projector.status.error) throw new Error(projector.status.error);
      await new Promise((done) => setImmediate(done));
    }
    seconds.push((performance.now() - began) / 1000);
    const { user, system } = process.cpuUsage(used);
    work.push((user + system) / 1_000_000);
    const after = await dueDates(projector);
    moved = [...after].filter(([clock, due]) => before.get(clock) !== due).length;
    before = after;
  }
  await projector.close();
  await store.close();
  console.log(`\nA calendar changes under ${applications.toLocaleString('en')} open applications`);
  console.log(
    `  ${before.size.toLocaleString('en')} due dates, ${moved.toLocaleString('en')} moved`,
  );
  console.log(`  until all are counted anew      ${spread(seconds)} s`);
  console.log(`  of that, the processor's time   ${spread(work)} s`);
}

async function fill(store: EmbeddedEventStore): Promise<void> {
  const services = new ServiceCatalogue(store);
  const definition = serviceDefinition.parse(samplePermit);
  await services.publish(definition, people.system, Temporal.Instant.from('2026-01-01T00:00:00Z'));
  const service = await services.newest(definition.id);
  const calendars = sampleOffices.get(office)?.calendars;
  if (!service || !calendars) throw new Error('the sample is not complete');
  const models: NewEvent[][] = [];
  for (let seed = 0; models.length < lives; seed++) {
    const { events } = simulatedHistory(service, calendars, office, seed, length);
    if (isOpen(events)) models.push(events);
  }
  const atOnce = 500;
  for (let from = 0; from < applications; from += atOnce) {
    const some = Array.from({ length: Math.min(atOnce, applications - from) }, (_, index) => {
      const application = derivedId('open', from + index);
      const events = (models[(from + index) % lives] ?? []).map((event, revision) => {
        const command = derivedId(application, revision);
        return { ...event, id: derivedId(command, 0), metadata: { ...event.metadata, command } };
      });
      return store.append(applicationStream(application), events, 'no-stream');
    });
    await Promise.all(some);
  }
}

function isOpen(events: readonly NewEvent[]): boolean {
  let application: Application | undefined;
  for (const [revision, one] of events.entries()) {
    const { event, metadata } = readApplicationEvent({ ...one, revision, stream: '' });
    application = evolve(application, event, metadata);
  }
  return application !== undefined && !application.ended;
}

async function dueDates({ database }: Projector): Promise<Map<string, number>> {
  const rows = await database
    .selectFrom('clocks')
    .select(['application', 'clock', 'due_at'])
    .where('due_at', 'is not', null)
    .execute();
  return new Map(rows.map((row) => [`${row.application} ${row.clock}`, row.due_at ?? 0]));
}

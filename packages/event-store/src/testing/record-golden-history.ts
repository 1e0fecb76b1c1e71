import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  canonicalJson,
  clocksOf,
  compileOffices,
  isRefused,
  leafText,
  serviceDefinition,
  type Actor,
  type ApplicationCommand,
} from '@satu-atap/domain';
import { goldenReplay, office, patched, people, sampleCalendar } from '@satu-atap/domain/testing';
import { CalendarCatalogue } from '../calendar-catalogue.ts';
import { commandHandler } from '../command-handler.ts';
import { EmbeddedEventStore } from '../embedded/embedded-event-store.ts';
import { derivedId } from '../event-ids.ts';
import type { RecordedEvent } from '../event-store.ts';
import { ServiceCatalogue } from '../service-catalogue.ts';

// Records a history with today's engine: `node packages/event-store/src/testing/record-golden-history.ts <name>`
// writes <name>.ndjson and <name>.replayed.ndjson. Never over one that is there: what earlier versions
// recorded is kept as it is, and every version must still read it so.
const [name = ''] = process.argv.slice(2);
const folder = join(import.meta.dirname, '../../../domain/src/application/recorded');

const law = { id: 'UU 30/2014 pasal 53', en: 'Law 30/2014, article 53' };
const definition = serviceDefinition.parse(
  patched({
    outputs: {
      permit: {
        title: { id: 'Izin', en: 'Permit' },
        number: '503/{sequence:4}/{office}/{year}',
        validity: { amount: 3, unit: 'years' },
      },
    },
    workflow: {
      on: {
        postpone: {
          roles: ['head-of-unit'],
          extends: { by: { amount: 2, unit: 'working-days' }, legalGround: law, atMost: 1 },
        },
      },
      states: { decision: { on: { approve: { issues: ['permit'] } } } },
    },
  }),
);
const later = { ...definition, title: { id: 'Izin bangunan', en: 'Permit to build' } };
const place = {
  id: office,
  title: { id: 'MPP Jakarta', en: 'Jakarta service mall' },
  timeZone: 'Asia/Jakarta' as const,
  calendar: sampleCalendar.id,
};

const store = new EmbeddedEventStore({
  file: ':memory:',
  now: () => new Date(now.epochMilliseconds),
});
const services = new ServiceCatalogue(store);
const calendars = new CalendarCatalogue(store, [place]);
let now = Temporal.Instant.from('2026-02-27T03:00:00Z');
await calendars.publish(sampleCalendar, people.system, now);
await services.publish(definition, people.system, now);
const offices = compileOffices([place], calendars.book);
const handle = commandHandler({ store, services, offices, calendars, now: () => now });
const application = derivedId('golden', name);
let given = 0;

async function give(local: string, actor: Actor, command: ApplicationCommand) {
  now = Temporal.Instant.from(`${local}:00+07:00`);
  const id = derivedId(application, given++);
  const result = await handle({ application, command, actor, id });
  if (isRefused(result))
    throw new Error(`${local} ${command.type}: ${canonicalJson(result.refusal)}`);
  return result;
}
const step = (local: string, actor: Actor, action: string, more = {}) =>
  give(local, actor, { type: 'take-step', data: { action, ...more } });

await give('2026-03-02T08:10', people.applicant, {
  type: 'submit',
  data: {
    service: definition.id,
    office,
    applicant: { id: people.applicant.id, name: 'Siti Aminah' },
    channel: 'online',
    data: { address: 'Jalan Merdeka 1', floorArea: 90 },
  },
});
const document = derivedId(application, 'site-plan');
await give('2026-03-02T08:20', people.applicant, {
  type: 'attach-document',
  data: {
    document,
    requirement: 'site-plan',
    name: 'denah.pdf',
    mediaType: 'application/pdf',
    bytes: 48_213,
    sha256: 'a3'.repeat(32),
  },
});
await step('2026-03-02T08:25', people.applicant, 'send');
await give('2026-03-02T09:00', people.frontDesk, {
  type: 'assign',
  data: { state: 'intake', officer: people.frontDesk.id },
});
await step('2026-03-02T10:15', people.frontDesk, 'return-to-applicant', {
  comment: 'Luas lantai tidak sesuai denah.',
});
await step('2026-03-03T13:40', people.applicant, 'resend', { data: { floorArea: 120 } });
await give('2026-03-03T14:00', people.frontDesk, { type: 'verify-document', data: { document } });
await step('2026-03-03T14:05', people.frontDesk, 'accept');
await give('2026-03-04T09:00', people.structureReviewer, {
  type: 'assess-fee',
  data: { amount: 250_000, basis: 'Perda 2/2024' },
});
await step('2026-03-04T09:30', people.structureReviewer, 'approve-structure');
await services.publish(later, people.system, now);
await give('2026-03-04T16:30', people.system, {
  type: 'migrate',
  data: { to: 2, mapping: {}, orderedBy: 'kepala-dinas' },
});
await give('2026-03-05T08:00', people.frontDesk, {
  type: 'add-note',
  data: { text: 'Pemohon menelepon.' },
});
const closed = [{ date: '2026-03-09', name: 'Cuti bersama' }];
now = Temporal.Instant.from('2026-03-05T03:00:00Z');
await calendars.publish(
  { ...sampleCalendar, holidays: [...sampleCalendar.holidays, ...closed] },
  people.system,
  now,
);
await step('2026-03-05T11:00', people.headOfUnit, 'postpone');
const reported = await step('2026-03-05T13:00', people.fireReviewer, 'report-fire-safety', {
  data: { fireSafety: 'safe' },
});
await give('2026-03-05T15:00', people.cashier, {
  type: 'receive-payment',
  data: { amount: 250_000, reference: 'BDKI-0417' },
});
const clocks = clocksOf(
  reported.service,
  reported.application,
  offices.get(office)?.calendars ?? fail(),
);
const warnAt = clocks.find(({ id }) => id === 'service')?.warnAt ?? 0;
const toWarn = Temporal.Instant.fromEpochMilliseconds(warnAt)
  .add({ minutes: 1 })
  .toZonedDateTimeISO('Asia/Jakarta');
await give(toWarn.toPlainDateTime().toString({ smallestUnit: 'minute' }), people.system, {
  type: 'mark-clock',
  data: { clock: 'service', mark: 'warned' },
});
await step('2026-03-13T10:00', people.headOfUnit, 'approve');

function fail(): never {
  throw new Error('the office is not there');
}

const events: RecordedEvent[] = [];
for await (const batch of store.readAll()) events.push(...batch);
await store.close();
const lines = events.map((event) => `${leafText(event)}\n`).join('');
writeFileSync(join(folder, `${name}.ndjson`), lines, { flag: 'wx' });
const { moments } = goldenReplay(lines);
const replayed = moments
  .map(
    (moment) => `${JSON.stringify(moment)}
`,
  )
  .join('');
writeFileSync(join(folder, `${name}.replayed.ndjson`), replayed, { flag: 'wx' });

import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRefused, serviceDefinition, compileOffices } from '@satu-atap/domain';
import { marketStall, office, people } from '@satu-atap/domain/testing';
import {
  CalendarCatalogue,
  commandHandler,
  derivedId,
  EmbeddedEventStore,
  ServiceCatalogue,
} from '@satu-atap/event-store';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readCalendars, readOffices } from '../definition-file.ts';
import { printCalendarEffects } from './calendar-effects.ts';

const root = join(import.meta.dirname, '../../../..');
const open = derivedId('application', 1);
const ended = derivedId('application', 2);

/** Handed in before 18 August 2025, a Monday that is published as a holiday two days after it. */
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'satu-atap-calendar-effects-'));
  await cp(join(root, 'offices'), join(folder, 'offices'), { recursive: true });
  const store = new EmbeddedEventStore({ file: join(folder, 'events.sqlite') });
  const [shipped] = (await readCalendars(join(root, 'calendars'))).found;
  if (!shipped) throw new Error('no calendar is shipped');
  const decreed = shipped.definition;
  const holidays = decreed.holidays.filter(({ date }) => date !== '2025-08-18');
  const catalogue = new CalendarCatalogue(store);
  const publish = (definition: typeof decreed, at: string) =>
    catalogue.publish(definition, people.system, Temporal.Instant.from(at));
  await publish({ ...decreed, holidays }, '2025-01-01T00:00:00Z');

  let now = '2025-08-05T02:00:00Z';
  const services = new ServiceCatalogue(store);
  const service = serviceDefinition.parse(marketStall);
  await services.publish(service, people.system, Temporal.Instant.from(now));
  const offices = compileOffices(
    (await readOffices(join(root, 'offices'))).found.map(({ definition }) => definition),
    catalogue.book,
  );
  const handle = commandHandler({
    store,
    services,
    offices,
    now: () => Temporal.Instant.from(now),
  });
  const submit = async (application: string) => {
    const result = await handle({
      application,
      id: derivedId(application, 'submit'),
      actor: people.applicant,
      command: {
        type: 'submit',
        data: {
          service: marketStall.id,
          office,
          applicant: { id: people.applicant.id, name: 'Pemohon' },
          channel: 'counter',
          data: { weeks: 4 },
        },
      },
    });
    if (isRefused(result)) throw new Error(result.refusal.type);
  };
  now = '2025-08-11T02:00:00Z';
  await submit(ended);
  now = '2025-08-13T02:00:00Z';
  await submit(open);
  // A day late by what was known then: five days after the 11th ended on the 18th.
  now = '2025-08-19T03:00:00Z';
  const grant = { type: 'take-step', data: { action: 'grant' } } as const;
  const id = derivedId('grant');
  await handle({ application: ended, id, actor: people.frontDesk, command: grant });
  await publish(decreed, '2025-08-20T00:00:00Z');
  await store.close();
});
afterEach(() => rm(folder, { recursive: true }));

async function printed(more: { version?: number; ended?: true } = {}): Promise<string[]> {
  const lines: string[] = [];
  const calendars = join(root, 'calendars');
  const places = { data: folder, offices: join(folder, 'offices'), calendars };
  await printCalendarEffects('indonesia', { ...places, ...more }, (line) => lines.push(line));
  return lines;
}

test('a decree lists the open due dates that it moved, and what it says', async () => {
  expect(await printed()).toEqual([
    'indonesia version 2, known since 2025-08-20T00:00:00.000Z',
    '  Monday, 18 August 2025: closed: Cuti bersama Hari Kemerdekaan Republik Indonesia',
    `${open}  service  was due Wednesday, 20 August 2025 at 16:00, now due Thursday, 21 August 2025 at 16:00`,
    'open applications: 1; due dates moved: 1',
  ]);
});

test('what has ended keeps its date, and is said what it would have been', async () => {
  expect((await printed({ ended: true })).slice(2)).toEqual([
    `${ended}  service  was due Monday, 18 August 2025 at 16:00, would have been due Tuesday, ` +
      '19 August 2025 at 16:00; ended late, would be in time',
    'ended applications: 1; due dates that would have been others: 1; ' +
      'in time instead of late, or late instead of in time: 1',
  ]);
});

test('there are as many versions as were published', async () => {
  await expect(printed({ version: 3 })).rejects.toThrow('has 2 versions');
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRefused, serviceDefinition } from '@satu-atap/domain';
import { marketStall, office, people, sampleOffices } from '@satu-atap/domain/testing';
import {
  commandHandler,
  derivedId,
  EmbeddedEventStore,
  ServiceCatalogue,
} from '@satu-atap/event-store';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { explain } from './explain.ts';

const root = join(import.meta.dirname, '../../../..');
const application = derivedId('application', 1);

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'satu-atap-explain-'));
  const store = new EmbeddedEventStore({ file: join(folder, 'events.sqlite') });
  const services = new ServiceCatalogue(store);
  const now = () => Temporal.Instant.from('2026-03-02T02:00:00Z');
  await services.publish(serviceDefinition.parse(marketStall), people.system, now());
  const commands = commandHandler({ store, services, offices: sampleOffices, now });
  const result = await commands({
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
  await store.close();
});
afterEach(() => rm(folder, { recursive: true }));

const explained = (id: string, clock?: string, language: 'id' | 'en' = 'en') =>
  explain(id, {
    data: folder,
    language,
    offices: join(root, 'offices'),
    calendars: join(root, 'calendars'),
    ...(clock === undefined ? {} : { clock }),
  });

test('the clocks of an application are told from its events, in either language', async () => {
  const [english, indonesian] = [
    await explained(application),
    await explained(application, 'service', 'id'),
  ];
  expect(english).toEqual([
    'Market stall (service): running, by version 1 of the calendar indonesia',
    '  A promise of 5 working days, counted from Monday, 2 March 2026 at 09:00.',
    '  Tuesday, 3 March 2026: day 1 of 5.',
    '  Wednesday, 4 March 2026: day 2 of 5.',
    '  Thursday, 5 March 2026: day 3 of 5.',
    '  Friday, 6 March 2026: day 4 of 5.',
    '  Saturday, 7 March 2026 – Sunday, 8 March 2026: no working day, not counted.',
    '  Monday, 9 March 2026: day 5 of 5.',
    // In Ramadan the offices close at 15:00.
    '  Due at first Monday, 9 March 2026 at 15:00.',
    '  Due Monday, 9 March 2026 at 15:00.',
  ]);
  expect(indonesian.at(-1)).toBe('  Jatuh tempo Senin, 9 Maret 2026 pukul 15.00.');
});

test('an id may be written in capitals', async () => {
  expect(await explained(application.toUpperCase())).toEqual(await explained(application));
});

test('what there is not is said, with what there is', async () => {
  await expect(explained(derivedId('application', 2))).rejects.toThrow('There is no application');
  await expect(explained('../1')).rejects.toThrow('no application’s id');
  await expect(explained(application, 'state:x#1')).rejects.toThrow(
    'It has no clock "state:x#1": service.',
  );
});

import { serviceDefinition } from '@satu-atap/domain';
import {
  marketStall,
  people,
  sampleCalendar,
  sampleOffices,
  samplePermit,
} from '@satu-atap/domain/testing';
import { pino } from 'pino';
import { startEngine } from '../engine.ts';
import { readSettings } from '../settings.ts';

// A real engine on a given folder, to be killed: says where it listens once it does.
const [data = ''] = process.argv.slice(2);
const engine = await startEngine({
  settings: readSettings({ SATU_ATAP_LOG_LEVEL: 'error' }, { data, port: 0, demo: true }),
  offices: [...sampleOffices.values()].map(({ definition }) => definition),
  calendars: [sampleCalendar],
  log: pino({ level: 'error' }),
  async prepare({ services }) {
    for (const definition of [samplePermit, marketStall]) {
      const published = serviceDefinition.parse(definition);
      await services.publish(published, people.system, Temporal.Now.instant());
    }
  },
});
process.stdout.write(`${engine.url}\n`);

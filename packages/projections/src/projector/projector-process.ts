/**
 * A projector in a process of its own, for the tests that need several:
 *
 *     node projector-process.ts <event file> <URL of the read models>
 *
 * Prints `active` or `standby` when it is open, and whenever that changes.
 */
import { sampleOffices } from '@satu-atap/domain/testing';
import { EmbeddedEventStore } from '@satu-atap/event-store';
import { pino } from 'pino';
import { Projector } from './projector.ts';

const [file = '', postgres = ''] = process.argv.slice(2);
const projector: Projector = await Projector.open({
  store: new EmbeddedEventStore({ file }),
  postgres,
  offices: sampleOffices,
  log: pino({ level: 'silent' }),
  onChange: () => tell(),
});
let told = '';
tell();
projector.run();

function tell(): void {
  const role = projector.active ? 'active' : 'standby';
  if (role !== told) process.stdout.write(`${role}\n`);
  told = role;
}

/**
 * A process that signs checkpoints over the events of a folder, to be killed: prints a line whenever one
 * more is signed.
 */
import { join } from 'node:path';
import { EmbeddedEventStore } from '@satu-atap/event-store';
import { pino } from 'pino';
import { IntegrityCheckpoints } from '../integrity-checkpoints.ts';

const [folder = ''] = process.argv.slice(2);
const store = new EmbeddedEventStore({ file: join(folder, 'events.sqlite') });
const signing = new IntegrityCheckpoints({
  store,
  key: { file: join(folder, 'keys', 'log.pem'), mayCreate: true },
  folder: join(folder, 'checkpoints'),
  log: pino({ level: 'silent' }),
});
for (let newest = 0; ;) {
  const size = (await signing.sign())?.size ?? 0;
  if (size > newest) process.stdout.write(`${size}\n`);
  newest = size;
}

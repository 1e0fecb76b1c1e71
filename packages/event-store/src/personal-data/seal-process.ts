/**
 * Stores events of new applicants, many at once, until it is killed, for the test of crashes:
 *
 *     node seal-process.ts <folder>
 *
 * Writes a line for every event that is stored.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { applicationStream } from '../application-memory.ts';
import { EmbeddedEventStore } from '../embedded/embedded-event-store.ts';
import { openKeyRing } from './open-key-ring.ts';
import { unsealed } from './plain-event-store.ts';

const [folder = ''] = process.argv.slice(2);
const store = unsealed(
  new EmbeddedEventStore({ file: join(folder, 'events.sqlite') }),
  openKeyRing({ file: join(folder, 'keys.sqlite') }),
);

async function submit(): Promise<void> {
  const [id, applicant] = [randomUUID(), randomUUID()];
  const stream = applicationStream(randomUUID());
  const data = { applicant: { id: applicant, name: `Pemohon ${applicant}` } };
  const event = { id, type: 'ApplicationSubmitted', data, metadata: {} };
  const sealed = await store.seal(stream, [event], { applicant, isPersonal: () => false });
  await store.append(stream, sealed, 'no-stream');
  process.stdout.write('stored\n');
}

const writer = async (): Promise<void> => {
  for (;;) await submit();
};
await Promise.all(Array.from({ length: 32 }, writer));

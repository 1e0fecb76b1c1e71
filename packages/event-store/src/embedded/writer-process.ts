/**
 * A process that writes, for the tests that need a second one:
 *
 *     node writer-process.ts <file> <stream> <appends> <bytes in each>
 *
 * Eight writers append to the stream, each expecting the revision it has just read. Prints the id of
 * every event whose append was acknowledged, and ends at the first fault, printing its name.
 */
import { randomUUID } from 'node:crypto';
import { readStream, WrongExpectedRevisionError } from '../event-store.ts';
import { EmbeddedEventStore } from './embedded-event-store.ts';

const [file = '', stream = '', appends = '0', bytes = '0'] = process.argv.slice(2);
const store = new EmbeddedEventStore({ file });
const text = 'x'.repeat(Number(bytes));
let left = Number(appends);

async function writer(): Promise<void> {
  while (left > 0) {
    const id = randomUUID();
    const [newest] = await readStream(store, stream, { direction: 'backwards', limit: 1 });
    try {
      const event = { id, type: 'NoteAdded', data: { text }, metadata: {} };
      await store.append(stream, [event], newest?.revision ?? 'no-stream');
    } catch (error) {
      if (error instanceof WrongExpectedRevisionError) continue;
      throw error;
    }
    left -= 1;
    process.stdout.write(`${id}\n`);
  }
}

try {
  await Promise.all(Array.from({ length: 8 }, writer));
} catch (error) {
  process.stdout.write(`${error instanceof Error ? error.name : String(error)}\n`);
}
await store.close();

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { evolve, readApplicationEvent, type Application } from '@satu-atap/domain';
import { readStream } from '@satu-atap/event-store';
import { perSecond, print, sideBySide } from './measure.ts';
import { fill, openHouse } from './setup.ts';

const applications = 2000;
const length = 20;

/** Loading applications of 20 events against reading the same rows and nothing more. */
export async function benchRehydrate(rounds: number): Promise<void> {
  const house = await openHouse();
  const streams = await fill(house, applications, length);
  const database = new DatabaseSync(join(house.folder, 'events.sqlite'));
  const raw = database.prepare(
    `SELECT events.* FROM events JOIN streams ON streams.id = stream_id
      WHERE name = ? AND revision >= 0 ORDER BY revision LIMIT 1000`,
  );
  const rates = await sideBySide(rounds, [
    {
      name: `applications of ${length} events, loaded`,
      run: () =>
        perSecond(applications, async () => {
          for (const stream of streams) {
            let application: Application | undefined;
            for (const stored of await readStream(house.store, stream)) {
              const { event, metadata } = readApplicationEvent(stored);
              application = evolve(application, event, metadata);
            }
            if (!application) throw new Error('nothing was read');
          }
        }),
    },
    {
      name: 'the same rows, read',
      run: () =>
        perSecond(applications, async () => {
          for (const stream of streams) if (raw.all(stream).length !== length) throw new Error('?');
        }),
    },
    {
      name: 'the same rows, read and parsed as JSON',
      run: () =>
        perSecond(applications, async () => {
          for (const stream of streams) {
            for (const row of raw.all(stream)) {
              JSON.parse(String(row['data']));
              JSON.parse(String(row['metadata']));
            }
          }
        }),
    },
  ]);
  print('Rehydration', 'per second', rates);
  database.close();
  await house.store.close();
}

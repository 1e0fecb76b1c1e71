import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { print, sideBySide } from './measure.ts';
import { fill, openHouse } from './setup.ts';

const applications = 5000;
const length = 20;

/** Building all read models from zero against inserting one bare row for each event. */
export async function benchRebuild(rounds: number): Promise<void> {
  const house = await openHouse();
  await fill(house, applications, length);
  await house.store.close();
  const rates = await sideBySide(
    rounds,
    (['rebuild', 'bare'] as const).map((what) => ({
      name:
        what === 'rebuild'
          ? `events projected, all read models, ${applications} files`
          : 'bare inserts of a row an event',
      run: async () => inProcess(house.folder, what),
    })),
  );
  print('Rebuild of the read models', 'events/s', rates);
}

/** In a process of its own: what an earlier run left in memory is nobody's cost. */
function inProcess(folder: string, what: string): number {
  const file = fileURLToPath(new URL('rebuild-process.ts', import.meta.url));
  const { stdout, status } = spawnSync(process.execPath, [file, folder, what], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`${what} failed`);
  return Number(stdout);
}

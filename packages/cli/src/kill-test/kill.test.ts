import { seededRandom } from '@satu-atap/domain/simulation';
import { expect, it } from 'vitest';
import { killRounds, newDataFolder } from './kill-rounds.ts';

// `pnpm kill-test` runs more rounds.
it(
  'keeps every acknowledged command when it is killed under load',
  { timeout: 120_000 },
  async () => {
    const seed = Date.now() % 1_000_000;
    const { data, remove } = newDataFolder();
    const lines: string[] = [`seed ${seed}`];
    try {
      const report = await killRounds({
        data,
        rounds: 3,
        writers: 16,
        random: seededRandom(seed),
        report: (line) => lines.push(line),
      });
      expect(report.acknowledged, lines.join('\n')).toBeGreaterThan(20);
    } catch (error) {
      throw new Error(lines.join('\n'), { cause: error });
    } finally {
      remove();
    }
  },
);

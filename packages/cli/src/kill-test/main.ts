// Kills the engine under load, again and again, and checks after each restart that nothing was lost:
// pnpm kill-test [rounds] [seed]
import { seededRandom } from '@satu-atap/domain/simulation';
import { killRounds, newDataFolder } from './kill-rounds.ts';

const [rounds = '20', seed = String(Date.now() % 1_000_000)] = process.argv.slice(2);
console.log(`${rounds} rounds, seed ${seed}`);
const { data, remove } = newDataFolder();
const report = await killRounds({
  data,
  rounds: Number(rounds),
  writers: 32,
  random: seededRandom(Number(seed)),
  report: console.log,
});
remove();
console.log(
  `passed: ${report.acknowledged} acknowledged commands, ${report.retried} sent again, ` +
    `${report.events} events`,
);

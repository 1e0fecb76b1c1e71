import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sampleOffices } from '@satu-atap/domain/testing';
import { EmbeddedEventStore } from '@satu-atap/event-store';
import { Projector, readModelsOf, type ReadModels } from '@satu-atap/projections';
import { pino } from 'pino';
import { fillFigures, offices, type Filled } from './figures-house.ts';
import { median } from './measure.ts';
import { scratchFolder } from './setup.ts';

const applications = 1_000_000;
const asked = 200;
const warmUp = 20;

/**
 * A supervisor's questions where a million applications are open and a million ended within a year.
 * The rows of figures are put into their tables as the projections would have counted them, not
 * projected: that would take the event store of a whole country's year.
 */
export async function benchFigures(rounds: number): Promise<void> {
  const folder = scratchFolder();
  const store = new EmbeddedEventStore({ file: join(folder, 'events.sqlite') });
  const log = pino({ level: 'silent' });
  const projector = await Projector.open({ store, folder, offices: sampleOffices, log });
  const file = new DatabaseSync(join(folder, `read-models.${projector.generation}.sqlite`));
  const filled = fillFigures(file, applications);
  file.close();
  const models = readModelsOf(() => projector.database);
  console.log(
    `\nFigures, ${number(applications)} open and ${number(applications)} ended applications in ` +
      `${offices.length} offices, ${number(filled.rows)} rows (p50, p95 of ${asked}; lowest – highest p95 of ${rounds} rounds)`,
  );
  for (const { name, ask } of questions(models, filled)) {
    for (let turn = 0; turn < warmUp; turn++) await ask(turn);
    const rates = [];
    for (let round = 0; round < rounds; round++) {
      const times: number[] = [];
      for (let turn = 0; turn < asked; turn++) {
        const began = performance.now();
        await ask(turn);
        times.push(performance.now() - began);
      }
      times.sort((a, b) => a - b);
      rates.push({ p50: times[asked / 2] ?? 0, p95: times[Math.floor(asked * 0.95)] ?? 0 });
    }
    const p95s = rates.map(({ p95 }) => p95);
    console.log(
      `  ${name.padEnd(58)} ${ms(median(rates.map(({ p50 }) => p50)))}  ${ms(median(p95s))}` +
        `  (${ms(Math.min(...p95s))} – ${ms(Math.max(...p95s))})`,
    );
  }
  await projector.close();
  await store.close();
}

/** Each turn asks another office, so that nothing is answered from the last answer's pages alone. */
function questions({ figures }: ReadModels, { last, todays }: Filled) {
  const days = (count: number) => ({ from: last.subtract({ days: count - 1 }), to: last });
  const office = (turn: number) => offices[turn % offices.length] ?? '';
  const at = (count: number) => ({ between: days(count), todays });
  return [
    {
      name: 'an office, 30 days',
      ask: (turn: number) => figures.files([], { office: office(turn) }, at(30)),
    },
    {
      name: 'an office by service, 30 days',
      ask: (turn: number) => figures.files(['service'], { office: office(turn) }, at(30)),
    },
    {
      name: 'an office by unit, 30 days',
      ask: (turn: number) => figures.files(['unit'], { office: office(turn) }, at(30)),
    },
    {
      name: 'an office by step (bottlenecks), 30 days',
      ask: (turn: number) => figures.steps(['service', 'step'], { office: office(turn) }, at(30)),
    },
    {
      name: 'an office by officer, 30 days',
      ask: (turn: number) => figures.officers({ office: office(turn) }, at(30)),
    },
    {
      name: 'an office, trend of 90 days by week',
      ask: (turn: number) => figures.trend('week', { office: office(turn) }, at(90)),
    },
    {
      name: 'an office, ageing',
      ask: (turn: number) => figures.ages({ office: office(turn) }),
    },
    {
      name: 'all offices, 30 days, office by office',
      ask: () => figures.files(['office'], {}, at(30)),
    },
    {
      name: 'an office by service, a year',
      ask: (turn: number) => figures.files(['service'], { office: office(turn) }, at(365)),
    },
  ];
}

function ms(milliseconds: number): string {
  return `${milliseconds.toFixed(1).padStart(6)} ms`;
}

function number(value: number): string {
  return value.toLocaleString('en');
}

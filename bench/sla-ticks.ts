import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { serviceDefinition, type ServiceDefinitionInput } from '@satu-atap/domain';
import { office, people, sampleOffices } from '@satu-atap/domain/testing';
import {
  commandHandler,
  derivedId,
  EmbeddedEventStore,
  ServiceCatalogue,
} from '@satu-atap/event-store';
import { Projector, readModelsOf } from '@satu-atap/projections';
import { SlaMonitor } from '@satu-atap/workers';
import { pino } from 'pino';
import { median } from './measure.ts';
import { scratchFolder } from './setup.ts';

const log = pino({ level: 'silent' });
/** Applications whose warning is due in a round. */
const due = 100;
/** Open applications, few and many. */
const sizes = [10_000, 1_000_000] as const;

const text = (en: string) => ({ id: en, en });
const service = {
  id: 'dpmptsp.signboard',
  kind: 'permit',
  title: text('Signboard'),
  unit: 'dpmptsp',
  standard: { time: { amount: 50, unit: 'working-days' } },
  submittedBy: ['applicant'],
  workflow: {
    initial: 'review',
    states: {
      review: { on: { approve: { roles: ['head-of-unit'], target: 'granted' } } },
      granted: { type: 'final', outcome: 'granted' },
    },
  },
} satisfies ServiceDefinitionInput;

/** A look at a due-list of 100 rows, with everything it does, beside 10,000 open files and beside 1,000,000. */
export async function benchTicks(asked: number): Promise<void> {
  // A look is over soon: more of them give a steadier figure.
  const rounds = asked * 4;
  const few = await openHouse(sizes[0], rounds + 1);
  const many = await openHouse(sizes[1], rounds + 1);
  const measured = { few: [] as Cost[], many: [] as Cost[] };
  // In turns, so that whatever else the machine does meets both alike; the first round warms up.
  for (let round = 0; round <= rounds; round++) {
    const costs = [await few.tick(round), await many.tick(round)] as const;
    if (round === 0) continue;
    measured.few.push(costs[0]);
    measured.many.push(costs[1]);
  }
  await few.close();
  await many.close();
  print(measured);
}

/** Milliseconds; `work` is the processor's. */
type Cost = { list: number; work: number; tick: number; projected: number };

async function openHouse(open: number, rounds: number) {
  const folder = scratchFolder();
  const store = new EmbeddedEventStore({ file: join(folder, 'events.sqlite') });
  const services = new ServiceCatalogue(store);
  const published = Temporal.Instant.from('2026-01-01T00:00:00Z');
  await services.publish(serviceDefinition.parse(service), people.system, published);
  let now = published;
  const newCommands = () =>
    commandHandler({ store, services, offices: sampleOffices, now: () => now });

  // A hundred applications for each round, a week apart.
  const commands = newCommands();
  for (let round = 0; round < rounds; round++) {
    now = Temporal.Instant.from('2026-01-05T02:00:00Z').add({ hours: 24 * 7 * round });
    const { id } = people.applicant;
    const data = { service: service.id, office, channel: 'online', data: {} } as const;
    const submit = {
      type: 'submit',
      data: { ...data, applicant: { id, name: 'Pemohon' } },
    } as const;
    for (let number = 0; number < due; number++) {
      const application = derivedId('sla', round, number);
      const request = { application, command: submit, actor: people.applicant };
      await commands({ ...request, id: derivedId('submit', application) });
    }
  }
  const options = { store, folder, offices: sampleOffices, log };
  await (await Projector.open(options)).close();
  multiply(folder, derivedId('sla', 0, 0), open - rounds * due);

  const projector = await Projector.open(options);
  projector.run();
  const readModels = readModelsOf(() => projector.database);
  const projected = async () => {
    const head = await store.head();
    while (projector.status.position < head) await new Promise((done) => setImmediate(done));
  };
  await projected();

  return {
    async tick(round: number): Promise<Cost> {
      // The warnings of a round: at 80 % of 50 working days, before anything else of later rounds.
      const first = await readModels.clocks.due(Temporal.Instant.from('2027-01-01T00:00:00Z'), 1);
      now = Temporal.Instant.fromEpochMilliseconds(first[0]?.at ?? 0);
      const monitor = new SlaMonitor({ readModels, commands: newCommands(), log, now: () => now });
      const listed = performance.now();
      const rows = await readModels.clocks.due(now, 500);
      const before = process.cpuUsage();
      const began = performance.now();
      const { recorded } = await monitor.tick();
      const ended = performance.now();
      const { user, system } = process.cpuUsage(before);
      await projected();
      const seen = performance.now();
      if (rows.length !== due || recorded !== due) {
        throw new Error(`round ${round}: ${rows.length} due, ${recorded} recorded`);
      }
      return {
        list: began - listed,
        work: (user + system) / 1000,
        tick: ended - began,
        projected: seen - began,
      };
    },
    async close() {
      await projector.close();
      await store.close();
    },
  };
}

/** Rows of more applications like this one, which are due when all rounds are over; no events. */
function multiply(folder: string, application: string, count: number): void {
  const file = readdirSync(folder).find((name) => /^read-models\.\d+\.sqlite$/.test(name));
  if (!file) throw new Error('there are no read models');
  const database = new DatabaseSync(join(folder, file));
  database.exec(
    'PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -2000000',
  );
  const tables = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all();
  database.exec('BEGIN');
  for (const { name } of tables) {
    const table = String(name);
    const columns = database
      .prepare(`PRAGMA table_info(${table})`)
      .all()
      .map((one) => String(one['name']));
    const key = table === 'applications' ? 'id' : 'application';
    if (!columns.includes(key)) continue;
    // Spread over all ids, and their instants over the years after the rounds.
    const values = columns.map((column) => {
      if (column === key)
        return `printf('%08x-0000-5000-8000-%012x', n * (4294967296 / ${count}), n)`;
      return column === 'next_mark_at' ? `1830000000000 + n * 1000` : column;
    });
    database.exec(`
      WITH RECURSIVE series (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM series WHERE n < ${count - 1})
      INSERT INTO ${table} (${columns.join(', ')})
        SELECT ${values.join(', ')} FROM ${table} JOIN series WHERE ${key} = '${application}'`);
  }
  database.exec('COMMIT; PRAGMA journal_mode = WAL');
  database.close();
}

function print({ few, many }: { few: Cost[]; many: Cost[] }): void {
  console.log(`\nA look of the SLA monitor at ${due} due rows, beside so many open applications`);
  const parts = [
    ['list', 'the due-list alone'],
    ['tick', 'the look, with its commands'],
    ['work', "the look, the processor's time"],
    ['projected', 'until its rows have followed'],
  ] as const;
  for (const [part, name] of parts) {
    const ratios = many.map((cost, round) => cost[part] / (few[round]?.[part] ?? Number.NaN));
    console.log(`  ${name}`);
    for (const [index, rounds] of [few, many].entries()) {
      const open = (sizes[index] ?? 0).toLocaleString('en').padStart(9);
      console.log(`    ${open}  ${spread(rounds.map((cost) => cost[part]))} ms`);
    }
    console.log(`    ${'ratio'.padStart(9)}  ${spread(ratios)}`);
  }
}

/** Median, with the lowest and the highest. */
export function spread(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return `${median(values).toFixed(2)}  (${low.toFixed(2)} – ${high.toFixed(2)})`;
}

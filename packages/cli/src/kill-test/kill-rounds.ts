import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { FileDocumentStore } from '@satu-atap/api';
import { marketStall, sampleOffices } from '@satu-atap/domain/testing';
import { numbersOf, type EventStore, type RecordedEvent } from '@satu-atap/event-store';
import { Projector } from '@satu-atap/projections';
import { dump, openForDump } from '@satu-atap/projections/testing';
import { pino } from 'pino';
import { openStore } from '../open-store.ts';
import { readSettings } from '../settings.ts';
import { runClients, tokensFor, type Acknowledged, type Clients } from './clients.ts';

export type KillRoundsOptions = {
  data: string;
  rounds: number;
  writers: number;
  /** In [0, 1): when in a round to kill. */
  random: () => number;
  report: (line: string) => void;
};

export type KillReport = { acknowledged: number; retried: number; events: number };

/**
 * Runs the engine under load, kills it (SIGKILL) at a random moment, starts it again on the same
 * folder, and checks after each restart: every acknowledged command is there, what was sent again
 * happened once, nothing is doubled, documents are whole and have the numbers that are reserved for
 * them, and the read models equal a rebuild.
 *
 * @throws Error at the first broken promise
 */
export async function killRounds(options: KillRoundsOptions): Promise<KillReport> {
  const { data, rounds, writers, random, report } = options;
  const clients: Clients = { acknowledged: [], unanswered: [], faults: [] };
  let retried = 0;
  let { engine, url } = await startProcess(data);
  const tokens = await tokensFor(data);
  try {
    for (let round = 1; round <= rounds; round++) {
      const stop = new AbortController();
      const load = runClients(url, tokens, writers, clients, stop.signal);
      const moment = 100 + Math.floor(random() * 900);
      await delay(moment);
      engine.kill('SIGKILL');
      await once(engine, 'exit');
      stop.abort();
      await load;
      const [fault] = clients.faults;
      if (fault) throw new Error(`the engine answered with a fault: ${fault}`);

      ({ engine, url } = await startProcess(data));
      for (const { send } of clients.unanswered.splice(0)) {
        const answer = await send(url);
        if (answer) clients.acknowledged.push(answer);
        retried += 1;
      }
      const events = await check(data, url, clients.acknowledged);
      report(
        `round ${round}: killed after ${moment} ms; ${clients.acknowledged.length} acknowledged, ` +
          `${events} events, nothing lost, nothing doubled, read models equal a rebuild`,
      );
    }
    const events = await check(data, url, clients.acknowledged);
    return { acknowledged: clients.acknowledged.length, retried, events };
  } finally {
    engine.kill('SIGKILL');
  }
}

async function startProcess(data: string): Promise<{ engine: ChildProcess; url: string }> {
  const file = fileURLToPath(new URL('engine-process.ts', import.meta.url));
  const engine = spawn(process.execPath, [file, data], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: engine.stdout });
  const failed = once(engine, 'exit').then(([code]) => {
    throw new Error(`the engine did not start: exit code ${code}`);
  });
  const [url] = (await Promise.race([once(lines, 'line'), failed])) as [string];
  failed.catch(() => undefined);
  return { engine, url };
}

/** Looks at the folder from outside, while the engine runs idle. @returns how many events there are */
async function check(data: string, url: string, acknowledged: Acknowledged[]): Promise<number> {
  // As the engine reads it: with the names and answers that lie sealed.
  const store = await openStore(readSettings({}, { data }));
  const fresh = mkdtempSync(join(tmpdir(), 'satu-atap-rebuild-'));
  try {
    const events: RecordedEvent[] = [];
    for await (const batch of store.readAll()) events.push(...batch);
    await checkEvents(events, acknowledged, new FileDocumentStore(join(data, 'documents')));
    await checkNumbers(store, acknowledged);
    await untilProjected(url);
    const log = pino({ level: 'silent' });
    const rebuilt = await Projector.open({ store, folder: fresh, offices: sampleOffices, log });
    const live = await openForDump(data);
    const same = isDeepStrictEqual(await dump(live), await dump(rebuilt.database));
    await live.destroy();
    await rebuilt.close();
    if (!same) throw new Error('the read models differ from a rebuild from zero');
    return events.length;
  } finally {
    await store.close();
    rmSync(fresh, { recursive: true });
  }
}

async function checkEvents(
  events: readonly RecordedEvent[],
  acknowledged: readonly Acknowledged[],
  documents: FileDocumentStore,
): Promise<void> {
  const streams = Map.groupBy(events, ({ stream }) => stream);
  for (const [stream, own] of streams) {
    for (const [revision, event] of own.entries()) {
      if (event.revision !== revision)
        throw new Error(`${stream}: a revision is missing or doubled`);
    }
  }
  const ids = new Set(events.map(({ id }) => id));
  // In this load a command records one event of a kind, or one for each output.
  const commands = new Set(
    events.map(({ type, data, metadata }) =>
      [metadata['command'], type, data['output'] ?? ''].join(' '),
    ),
  );
  if (ids.size !== events.length || commands.size !== events.length) {
    throw new Error('an event is doubled');
  }
  for (const { application, revision, event, sha256 } of acknowledged) {
    const found = streams.get(`application-${application}`)?.[revision];
    if (found?.type !== event) throw new Error(`lost: ${event} of ${application} at ${revision}`);
    if (sha256 === undefined) continue;
    if (found.data['sha256'] !== sha256) throw new Error(`${application}: another document`);
    for await (const _ of await documents.open(sha256)) break;
  }
}

/** Each number once and none left out; whoever was told of a permit has the one that is reserved. */
async function checkNumbers(
  store: EventStore,
  acknowledged: readonly Acknowledged[],
): Promise<void> {
  const { numbers, unreserved } = await numbersOf(store, marketStall.id);
  if (unreserved.length > 0) throw new Error('a document has a number that is not reserved for it');
  if (numbers.some(({ sequence }, index) => sequence !== index + 1)) {
    throw new Error('a number is doubled or left out');
  }
  const applications = new Set(numbers.map(({ application }) => application));
  if (applications.size !== numbers.length) throw new Error('an application has two numbers');
  const issued = new Set(numbers.flatMap((one) => (one.issued ? [one.application] : [])));
  const lost = acknowledged.find(
    (one) => one.event === 'OutputIssued' && !issued.has(one.application),
  );
  if (lost) throw new Error(`lost: the permit of ${lost.application}`);
}

async function untilProjected(url: string): Promise<void> {
  for (;;) {
    const response = await fetch(`${url}/readyz`);
    const { eventsBehind } = (await response.json()) as { eventsBehind: number };
    if (response.ok && eventsBehind === 0) return;
    await delay(20);
  }
}

export function newDataFolder(): { data: string; remove: () => void } {
  const data = mkdtempSync(join(tmpdir(), 'satu-atap-kill-'));
  return { data, remove: () => existsSync(data) && rmSync(data, { recursive: true }) };
}

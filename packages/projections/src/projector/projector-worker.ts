import { parentPort, workerData } from 'node:worker_threads';
import { compileOffices } from '@satu-atap/domain';
import { openEventStore, openKeyRing, unsealed } from '@satu-atap/event-store';
import { pino } from 'pino';
import { Projector } from './projector.ts';
import type { Report, Request, ThreadData } from './thread-messages.ts';

// The thread that keeps the read models: see projector-thread.ts.
const { events, keys, readModels, offices, calendars, logLevel } = workerData as ThreadData;
const port = parentPort;
if (!port) throw new Error('this is not a worker thread');
const report = (one: Report) => port.postMessage(one);

const log = pino({ level: logLevel });
const raw = await openEventStore(events);
const store = keys
  ? unsealed(raw, openKeyRing(keys), {
      // One event that somebody altered must not stop the read models of all others.
      onDamaged: (error) => log.error({ err: error }, 'personal data cannot be read'),
    })
  : raw;
const projector: Projector = await Projector.open({
  ...readModels,
  store,
  offices: compileOffices(offices, calendars),
  log,
  onChange: () => reportStatus(),
});
reportStatus();

port.on('message', (request: Request) => {
  answer(request).catch((error: unknown) => {
    report({ type: 'failed', error: error instanceof Error ? error : new Error(String(error)) });
  });
});

function reportStatus(): void {
  report({ type: 'status', generation: projector.generation, status: projector.status });
}

async function answer(request: Request): Promise<void> {
  switch (request) {
    case 'run':
      return projector.run();
    case 'rebuild':
      return report({ type: 'rebuilt', ...(await projector.rebuild()) });
    case 'close':
      await projector.close();
      await store.close();
      // Not `port.close()`: a client that still looks for a node would keep the thread alive.
      process.exit();
  }
}

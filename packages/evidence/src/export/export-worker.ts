import { parentPort, workerData } from 'node:worker_threads';
import { compileOffices } from '@satu-atap/domain';
import {
  openEventStore,
  ServiceCatalogue,
  threadFault,
  type StreamRun,
} from '@satu-atap/event-store';
import { disclosureBy } from '../cases/disclosure.ts';
import { caseTexts, caseWriter } from './case-text.ts';
import { pieceSize } from './in-pieces.ts';
import {
  mostOnTheirWay,
  type ThreadReport,
  type ThreadRequest,
  type ThreadSetting,
} from './thread-messages.ts';

// A thread that writes the cases of one run of streams after the other: see export-thread.ts.
const {
  events,
  offices: definitions,
  calendars,
  selection,
  key,
  until,
  text,
} = workerData as ThreadSetting;
const port = parentPort;
if (!port) throw new Error('this is not a worker thread');
const report = (one: ThreadReport, moved: ArrayBuffer[] = []) => port.postMessage(one, moved);

const store = await openEventStore(events);
const offices = compileOffices(definitions, calendars);
const services = new ServiceCatalogue(store);
const disclosure = disclosureBy(key);
const writer = caseWriter(text);

const spare: Uint8Array<ArrayBuffer>[] = [];
const room = () => spare.pop() ?? new Uint8Array(pieceSize);
let onTheirWay = 0;
let goOn: () => void = () => undefined;
let last = Promise.resolve();
port.on('message', (request: ThreadRequest) => {
  if ('taken' in request) {
    onTheirWay -= 1;
    spare.push(new Uint8Array(request.taken));
    goOn();
  } else {
    last = last
      .then(() => write(request.run))
      .catch((error: unknown) => report({ told: 'failed', ...threadFault(error) }));
  }
});

async function write(run: StreamRun): Promise<void> {
  const scope = { selection, disclosure, until, run };
  for await (const piece of caseTexts({ store, services, offices }, scope, writer, room)) {
    if (onTheirWay >= mostOnTheirWay) await new Promise<void>((resolve) => (goOn = resolve));
    onTheirWay += 1;
    report({ told: 'piece', piece }, [piece.buffer]);
  }
  report({ told: 'run-done' });
}

import {
  readApplicationEvent,
  type ApplicationEvent,
  type EventMetadata,
  type Offices,
} from '@satu-atap/domain';
import {
  applicationPrefix,
  applicationStream,
  readByStream,
  type Position,
  type RecordedEvent,
  type StreamReader,
  type StreamRun,
} from '@satu-atap/event-store';
import { isSelected, type CaseSelection, type Submission } from './case-selection.ts';

/** An event of an application as an auditor finds it again: its id, and its revision in the stream. */
export type RecordedHappening = {
  id: string;
  revision: number;
  event: ApplicationEvent;
  metadata: EventMetadata;
};

/** Everything that happened to one application, in order; the first is its submission. */
export type CaseHistory = { application: string; happenings: RecordedHappening[] };

/** Which histories are told, and up to where. */
export type CaseRange = {
  selection: CaseSelection;
  /** Nothing after this position. */
  until: Position;
  /** Only applications among these streams. */
  run?: StreamRun;
};

export type CaseSource = { store: StreamReader; offices: Offices };

/**
 * The selected applications one after the other, several in a batch: in the order in which they were
 * submitted, or where single ones are asked for in the order in which they are named. Memory: a batch of the store, and the longest application.
 *
 * @throws UnreadableEventError for an event that is not what was written
 * @throws EventStoreUnavailableError
 */
export async function* caseHistories(
  source: CaseSource,
  range: CaseRange,
): AsyncGenerator<CaseHistory[]> {
  const gathering = new Gathering(range.selection, source.offices);
  for await (const batch of storedEvents(source.store, range)) {
    const whole: CaseHistory[] = [];
    for (const stored of batch) {
      const before = gathering.add(stored);
      if (before) whole.push(before);
    }
    if (whole.length > 0) yield whole;
  }
  const last = gathering.finished();
  if (last) yield [last];
}

async function* storedEvents(
  store: StreamReader,
  { selection: { applications }, until, run }: CaseRange,
): AsyncGenerator<RecordedEvent[]> {
  if (!applications) {
    yield* readByStream(store, { prefix: applicationPrefix, until, ...(run ? { run } : {}) });
    return;
  }
  for (const application of new Set(applications)) {
    for await (const batch of store.read(applicationStream(application))) {
      yield batch.filter(({ position }) => position <= until);
    }
  }
}

/** The application whose events are being read, if it is selected. */
class Gathering {
  readonly #selection: CaseSelection;
  readonly #offices: Offices;
  #stream = '';
  #history: CaseHistory | undefined;

  constructor(selection: CaseSelection, offices: Offices) {
    this.#selection = selection;
    this.#offices = offices;
  }

  /** @returns the application before, where this event begins another */
  add(stored: RecordedEvent): CaseHistory | undefined {
    const before = stored.stream === this.#stream ? undefined : this.finished();
    const begins = stored.stream !== this.#stream;
    this.#stream = stored.stream;
    if (!begins && !this.#history) return undefined;
    const { id, revision } = stored;
    const happening = { id, revision, ...readApplicationEvent(stored) };
    if (begins) {
      const isWanted = isSelected(this.#selection, submissionOf(happening), this.#offices);
      const application = stored.stream.slice(applicationPrefix.length);
      this.#history = isWanted ? { application, happenings: [happening] } : undefined;
    } else this.#history?.happenings.push(happening);
    return before;
  }

  finished(): CaseHistory | undefined {
    const history = this.#history;
    this.#history = undefined;
    if (!history) return undefined;
    const { ended } = this.#selection;
    return ended === undefined || hasEnded(history) === ended ? history : undefined;
  }
}

function submissionOf({ event, metadata }: RecordedHappening): Submission {
  if (event.type !== 'ApplicationSubmitted') {
    throw new Error(`a history begins with ${event.type}`);
  }
  const { office, service, imported } = event.data;
  return { office, service: service.id, submittedAt: metadata.occurredAt, log: imported?.log };
}

function hasEnded({ happenings }: CaseHistory): boolean {
  return happenings.some(
    ({ event }) => event.type === 'StepTaken' && event.data.outcome !== undefined,
  );
}

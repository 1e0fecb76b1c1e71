import { setTimeout as delay } from 'node:timers/promises';
import {
  readErasureEvent,
  type Actor,
  type Application,
  type ErasureEvent,
  type EventMetadata,
} from '@satu-atap/domain';
import { derivedId } from '../event-ids.ts';
import {
  readStream,
  WrongExpectedRevisionError,
  type EventStore,
  type RecordedEvent,
} from '../event-store.ts';
import type { ServiceCatalogue } from '../service-catalogue.ts';
import { erasurePrefix, erasureStream } from './erasure-stream.ts';
import type { PlainEventStore } from './plain-event-store.ts';
import {
  namedByOthers,
  survey,
  type PinnedVersion,
  type RunningApplication,
  type Survey,
} from './survey.ts';

/** Where contents of documents are destroyed. */
type ErasableDocuments = {
  /** Destroys a content, durably; that there is none is no fault. */
  remove(sha256: string): Promise<void>;
};

export type ErasingOptions = {
  store: PlainEventStore;
  services: Pick<ServiceCatalogue, 'version'>;
  documents: ErasableDocuments;
  now: () => Temporal.Instant;
  /**
   * How long to wait, in milliseconds, between taking the key out of use and looking what it sealed:
   * longer than a submission takes from being given its key to being stored.
   */
  grace?: number;
};

export type ErasureRequest = {
  /** The applicant's id. */
  applicant: string;
  /** The law and article that asks for it. */
  legalGround: string;
  reason: string;
  actor: Actor;
};

/** What was erased, now or before. */
export type Erasure = {
  applications: string[];
  /** How many keys, and contents of documents. */
  keys: number;
  documents: number;
  legalGround: string;
  reason: string;
  /** When it was done: ISO 8601. */
  erasedAt: string;
  /** Whether it was done before, and this request changed nothing. */
  repeated: boolean;
  /** Applications whose events hold personal data from before they were sealed: these stay. */
  inTheClear: string[];
};

/** Why nothing is erased. */
export type ErasureRefused = {
  refusal:
    | { type: 'nothing-to-erase'; applicant: string }
    | { type: 'applications-running'; applications: RunningApplication[] };
};

type Ordered = Extract<ErasureEvent, { type: 'ErasureOrdered' }>['data'];
type Standing = { last: Read | undefined; revision: number };
type Read = { event: ErasureEvent; metadata: EventMetadata; stored: RecordedEvent };

/**
 * Erases an applicant's personal data everywhere: orders it, as an event; destroys the keys and the
 * documents' contents; and says that it is done. A crash in between is made good by `finishErasures`.
 * What was erased before is the same erasure.
 *
 * @throws KeyRingUnavailableError, EventStoreUnavailableError: it may be half done, and is then finished
 */
export async function erasePersonalData(
  { applicant, legalGround, reason, actor }: ErasureRequest,
  options: ErasingOptions,
): Promise<Erasure | ErasureRefused> {
  const { store, now, grace = 2000 } = options;
  const retired = await store.keys.retire(applicant);
  if (retired.length > 0) await delay(grace);
  for (;;) {
    const found = await survey(store.raw, applicant, personalInClear(options));
    if (found.applications.length === 0) {
      return { refusal: { type: 'nothing-to-erase', applicant } };
    }
    if (found.running.length > 0) {
      return { refusal: { type: 'applications-running', applications: found.running } };
    }
    const standing = await standingOf(store.raw, applicant);
    const { last, revision } = standing;
    if (last && isAllErased(found, retired, last)) {
      const done = await finish(last, options);
      // A backup may have brought back what was destroyed.
      await destroy({ keys: last.event.data.keys, documents: found.documents }, options);
      return {
        ...erasureOf(done),
        repeated: last.event.type !== 'ErasureOrdered',
        ...clear(found),
      };
    }
    const keys = [...new Set([...retired, ...found.keys])].toSorted();
    const { applications, documents } = found;
    const data = { applicant, keys, applications, documents, legalGround, reason };
    const ordered: ErasureEvent = { type: 'ErasureOrdered', data };
    const recorded = await record(store.raw, ordered, { actor, now: now(), revision });
    if (!recorded) continue;
    const done = await finish(recorded, options);
    return { ...erasureOf(done), repeated: false, ...clear(found) };
  }
}

/**
 * Finishes what a crash left half done, and destroys keys again that a backup has brought back. Documents
 * that it brought back go when the erasure is asked for once more: somebody may have handed the same
 * content in since.
 *
 * @returns how many erasures there are
 */
export async function finishErasures(options: ErasingOptions): Promise<number> {
  const { store } = options;
  const ordered = new Map<string, Read>();
  const done = new Set<string>();
  for await (const batch of store.raw.readAll({ streams: [erasurePrefix] })) {
    for (const stored of batch) {
      const read = { ...readErasureEvent(stored), stored };
      if (read.event.type === 'ErasureOrdered') ordered.set(stored.id, read);
      else done.add(read.metadata.command);
    }
  }
  for (const [id, read] of ordered) {
    const { keys } = read.event.data;
    if (done.has(id)) await destroy({ keys, documents: [] }, options);
    else await finish(await withoutOthers(read, options), options);
  }
  return ordered.size;
}

/** Whether the last erasure took all that there is now. */
function isAllErased(found: Survey, retired: readonly string[], { event }: Read): boolean {
  const { keys, applications } = event.data;
  const erased = new Set([...keys, ...applications]);
  return [...retired, ...found.keys, ...found.applications].every((id) => erased.has(id));
}

/** Destroys what was ordered to be, and says so. @param read the order, or that it is done already */
async function finish(read: Read, options: ErasingOptions): Promise<Read> {
  const { event, metadata, stored } = read;
  if (event.type === 'PersonalDataErased') return read;
  await destroy(event.data, options);
  const { documents, ...data } = event.data;
  const erased: ErasureEvent = {
    type: 'PersonalDataErased',
    data: { ...data, documents: documents.length },
  };
  const { raw } = options.store;
  const { actor } = metadata;
  const { revision } = stored;
  const recorded = await record(raw, erased, { actor, now: options.now(), revision }, stored.id);
  // Where somebody else was faster, they have finished it.
  const { last } = recorded ? { last: recorded } : await standingOf(raw, event.data.applicant);
  if (!last) throw new Error(`the erasure ${stored.stream} is not there any more`);
  return last;
}

/** The order, without the contents that were handed in again while nobody finished it. */
async function withoutOthers(read: Read, { store }: ErasingOptions): Promise<Read> {
  const { event } = read;
  if (event.type !== 'ErasureOrdered') return read;
  const { applications, documents } = event.data;
  const named = await namedByOthers(store.raw, new Set(applications), new Set(documents));
  const left = documents.filter((sha256) => !named.has(sha256));
  return { ...read, event: { type: event.type, data: { ...event.data, documents: left } } };
}

async function destroy(
  { keys, documents }: Pick<Ordered, 'keys' | 'documents'>,
  options: ErasingOptions,
): Promise<void> {
  const { store } = options;
  const known = await store.keys.find(keys);
  const left = keys.filter((id) => known.get(id) !== 'erased');
  if (left.length > 0) await store.keys.erase(left);
  for (const sha256 of documents) await options.documents.remove(sha256);
}

/** @returns undefined when somebody else was faster */
async function record(
  raw: EventStore,
  { type, data }: ErasureEvent,
  { actor, now, revision }: { actor: Actor; now: Temporal.Instant; revision: number },
  order?: string,
): Promise<Read | undefined> {
  const stream = erasureStream(data.applicant);
  const id = derivedId('erasure', stream, revision + 1, type);
  const metadata = { actor, occurredAt: now.toString(), command: order ?? id };
  try {
    await raw.append(stream, [{ id, type, data, metadata }], revision < 0 ? 'no-stream' : revision);
  } catch (error) {
    if (error instanceof WrongExpectedRevisionError) return undefined;
    throw error;
  }
  return (await standingOf(raw, data.applicant)).last;
}

async function standingOf(raw: EventStore, applicant: string): Promise<Standing> {
  const stored = (await readStream(raw, erasureStream(applicant))).at(-1);
  if (!stored) return { last: undefined, revision: -1 };
  return { last: { ...readErasureEvent(stored), stored }, revision: stored.revision };
}

/** Whether an application's events, read sealed, still say something personal. */
function personalInClear({ services }: ErasingOptions) {
  return async (application: Application, { id, version }: PinnedVersion): Promise<boolean> => {
    if (application.applicant.name !== undefined) return true;
    if (application.documents.some(({ name }) => name !== undefined)) return true;
    const { form } = (await services.version(id, version)).definition;
    return Object.keys(application.data).some((field) => form[field]?.personal === true);
  };
}

function erasureOf({ event, metadata }: Read): Omit<Erasure, 'repeated' | 'inTheClear'> {
  const { applications, keys, documents, legalGround, reason } = event.data;
  const contents = typeof documents === 'number' ? documents : documents.length;
  const { occurredAt: erasedAt } = metadata;
  return { applications, keys: keys.length, documents: contents, legalGround, reason, erasedAt };
}

function clear({ inTheClear }: Survey) {
  return { inTheClear };
}

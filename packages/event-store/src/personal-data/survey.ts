import { activeStates, evolve, readApplicationEvent, type Application } from '@satu-atap/domain';
import { applicationPrefix, applicationStream } from '../application-memory.ts';
import { readStream, type EventStore } from '../event-store.ts';
import { boxIn, isSealed } from './box.ts';

/** An application that still runs: why an erasure has to wait. */
export type RunningApplication = { id: string; service: string; states: string[] };

/** What there is of an applicant, as the events say. */
export type Survey = {
  applications: string[];
  running: RunningApplication[];
  /** Keys that their events were sealed with. */
  keys: string[];
  /** Contents of their documents that no one else's application names: SHA-256. */
  documents: string[];
  /** Applications with personal data in events from before they were sealed: those cannot be erased. */
  inTheClear: string[];
};

/**
 * Reads all applications' events for those of an applicant: right whatever read models know.
 *
 * @param raw the store as it is: what is sealed need not be opened
 */
export async function survey(
  raw: Pick<EventStore, 'read' | 'readAll'>,
  applicant: string,
  hasPersonal: (application: Application, service: PinnedVersion) => Promise<boolean>,
): Promise<Survey> {
  const found: Survey = { applications: [], running: [], keys: [], documents: [], inTheClear: [] };
  const keys = new Set<string>();
  const documents = new Set<string>();
  for (const id of await applicationsOfApplicant(raw, applicant)) {
    found.applications.push(id);
    let application: Application | undefined;
    for (const stored of await readStream(raw, applicationStream(id))) {
      if (isSealed(stored)) keys.add(boxIn(stored).key);
      const { event, metadata } = readApplicationEvent(stored);
      application = evolve(application, event, metadata);
    }
    if (!application) continue;
    for (const { sha256 } of application.documents) documents.add(sha256);
    const { service, value } = application;
    if (!application.ended) {
      found.running.push({ id, service: service.id, states: activeStates(value).toSorted() });
    }
    if (await hasPersonal(application, service)) found.inTheClear.push(id);
  }
  for (const shared of await namedByOthers(raw, new Set(found.applications), documents)) {
    documents.delete(shared);
  }
  return { ...found, keys: [...keys].toSorted(), documents: [...documents].toSorted() };
}

export type PinnedVersion = { id: string; version: number };

async function applicationsOfApplicant(
  raw: Pick<EventStore, 'readAll'>,
  applicant: string,
): Promise<string[]> {
  const found: string[] = [];
  for await (const batch of raw.readAll({ streams: [applicationPrefix] })) {
    for (const { type, data, stream } of batch) {
      if (type !== 'ApplicationSubmitted') continue;
      const { id } = data['applicant'] as { id?: unknown };
      if (id === applicant) found.push(stream.slice(applicationPrefix.length));
    }
  }
  return found;
}

/**
 * Which contents other applications name than these: the same content is kept once, whoever handed it in.
 *
 * @param own ids of applications
 */
export async function namedByOthers(
  raw: Pick<EventStore, 'readAll'>,
  own: ReadonlySet<string>,
  documents: ReadonlySet<string>,
): Promise<Set<string>> {
  const shared = new Set<string>();
  if (documents.size === 0) return shared;
  for await (const batch of raw.readAll({ streams: [applicationPrefix] })) {
    for (const { type, data, stream } of batch) {
      if (type !== 'DocumentAttached' || own.has(stream.slice(applicationPrefix.length))) continue;
      const sha256 = data['sha256'];
      if (typeof sha256 === 'string' && documents.has(sha256)) shared.add(sha256);
    }
  }
  return shared;
}

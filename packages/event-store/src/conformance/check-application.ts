import {
  checkConformance,
  checkVersionBegun,
  checkVersionMovedTo,
  readApplicationEvent,
  readNumberEvent,
  UnreadableEventError,
  type Conformance,
  type Finding,
  type FindingReason,
  type Offices,
  type ReadableStep,
  type StoredStep,
} from '@satu-atap/domain';
import { applicationPrefix } from '../application-memory.ts';
import { readStream, type EventStore, type RecordedEvent } from '../event-store.ts';
import { numberPrefix } from '../number-register.ts';
import type { PublishedServices } from './published-services.ts';

/** What applications are held against. */
type CheckSetting = {
  store: Pick<EventStore, 'read'>;
  services: PublishedServices;
  offices: Offices;
};

/**
 * Holds one application's stream against the rules, and against what other streams say of it: when its
 * versions were published, and for whom its documents' numbers were reserved.
 *
 * @param events the whole stream, in order
 */
export async function checkApplication(
  events: readonly RecordedEvent[],
  { store, services, offices }: CheckSetting,
): Promise<Conformance> {
  const steps = events.map(asStep);
  const { findings, unchecked } = checkConformance(steps, {
    service: (id, version) => services.version(id, version),
    calendars: (office) => offices.get(office)?.calendars,
  });
  const others: Finding[] = [];
  let service = '';
  for (const [index, step] of steps.entries()) {
    const stored = events[index];
    if (!stored || !('event' in step)) continue;
    if (step.event.type === 'ApplicationSubmitted') service = step.event.data.service.id;
    const reason =
      versionFinding(step, stored, { services, offices, service }) ??
      (await numberFinding(step, stored, store));
    // A version that was never published is named already.
    if (!reason || (reason.finding === 'unknown-version' && isKnown(findings, step, reason)))
      continue;
    const { occurredAt: at, actor } = step.metadata;
    others.push({ revision: step.revision, event: step.type, at, by: actor.id, ...reason });
  }
  const all = others.length === 0 ? findings : [...findings, ...others];
  return { findings: all.toSorted((a, b) => a.revision - b.revision), unchecked };
}

/** An event to check, or why it cannot be read. @throws what is no such reason */
export function asStep(stored: Parameters<typeof readApplicationEvent>[0]): StoredStep {
  const { revision, type } = stored;
  try {
    return { revision, type, ...readApplicationEvent(stored) };
  } catch (error) {
    return { revision, type, unreadable: reasonOf(error, stored) };
  }
}

/** Why an event cannot be read, without its place. @throws what is no such reason */
export function reasonOf(
  error: unknown,
  { stream, revision }: Pick<RecordedEvent, 'stream' | 'revision'>,
): string {
  if (!(error instanceof UnreadableEventError)) throw error;
  return error.message.replace(`${stream}@${revision}`, '').replace(/^[: ]+/, '');
}

function versionFinding(
  { event, metadata }: ReadableStep,
  { position }: RecordedEvent,
  { services, offices, service }: Pick<CheckSetting, 'services' | 'offices'> & { service: string },
): FindingReason | undefined {
  const at = metadata.occurredAt;
  if (event.type === 'ApplicationSubmitted') {
    const { office, imported } = event.data;
    const timeZone = offices.get(office)?.definition.timeZone;
    // What came from another system was never applied for here.
    if (imported || timeZone === undefined) return undefined;
    const { version } = event.data.service;
    const stored = services.before(service, position);
    return checkVersionBegun(stored, { service, version, at, timeZone });
  }
  if (event.type !== 'ApplicationMigrated') return undefined;
  const { version } = event.data.to;
  return checkVersionMovedTo(services.before(service, position), { service, version, at });
}

async function numberFinding(
  { event }: ReadableStep,
  { stream }: RecordedEvent,
  store: Pick<EventStore, 'read'>,
): Promise<FindingReason | undefined> {
  if (event.type !== 'OutputIssued' || !event.data.number) return undefined;
  const { output, number } = event.data;
  const { series, sequence, text } = number;
  const isReserved = await isReservedFor({ series, sequence, output, stream }, store);
  return isReserved
    ? undefined
    : { finding: 'number-not-reserved', number: text, series, sequence };
}

async function isReservedFor(
  place: { series: string; sequence: number; output: string; stream: string },
  store: Pick<EventStore, 'read'>,
): Promise<boolean> {
  const { series, sequence, output, stream } = place;
  try {
    const at = { from: sequence - 1, limit: 1 };
    const [reserved] = await readStream(store, `${numberPrefix}${series}`, at);
    if (!reserved) return false;
    const { data } = readNumberEvent(reserved).event;
    const isHere = `${applicationPrefix}${data.application}` === stream;
    return isHere && data.output === output && data.sequence === sequence;
  } catch (error) {
    // A name that no series can have, or a reservation that cannot be read, is none.
    if (error instanceof TypeError || error instanceof UnreadableEventError) return false;
    throw error;
  }
}

function isKnown(findings: readonly Finding[], { revision }: ReadableStep, reason: FindingReason) {
  return findings.some((one) => one.revision === revision && one.finding === reason.finding);
}

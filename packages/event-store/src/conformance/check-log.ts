import {
  CalendarCheck,
  checkNumber,
  readCalendarEvent,
  readErasureEvent,
  readEvidenceEvent,
  readImportedLogEvent,
  readNotificationEvent,
  readNumberEvent,
  readServiceEvent,
  ServiceCheck,
  type EventMetadata,
  type Finding,
  type FindingReason,
  type Offices,
} from '@satu-atap/domain';
import { applicationPrefix } from '../application-memory.ts';
import { calendarPrefix } from '../calendar-catalogue.ts';
import type { Position, RecordedEvent, UnreadableRecordError } from '../event-store.ts';
import { evidenceStream } from '../evidence-accesses.ts';
import { importedLogPrefix } from '../imported-logs.ts';
import { notificationPrefix } from '../notifications/notification-stream.ts';
import { numberPrefix } from '../number-register.ts';
import { erasurePrefix } from '../personal-data/erasure-stream.ts';
import { readByStream, type StreamReader } from '../read-by-stream.ts';
import { servicePrefix } from '../service-catalogue.ts';
import { checkApplication, reasonOf } from './check-application.ts';
import { PublishedServices } from './published-services.ts';

/** Something that was found in a stream. */
export type StreamFinding = Finding & { stream: string };

/** What was checked so far, and what was found since the last time that this was told. */
export type CheckedPart = {
  streams: number;
  events: number;
  /** Events that could not be checked again. */
  unchecked: number;
  findings: StreamFinding[];
};

/** Which applications to check: every n-th. */
export type Share = { index: number; of: number };

export type LogCheckOptions = {
  store: StreamReader;
  offices: Offices;
  /** Nothing after this position is looked at. */
  until: Position;
};

/**
 * Holds every application of a share against the rules, stream by stream; in memory is one at a time.
 * Tells after each batch of the store.
 */
export async function* checkApplications({
  store,
  offices,
  until,
  share,
  services,
}: LogCheckOptions & {
  share: Share;
  /** As they were read up to `until`; read when absent. */
  services?: PublishedServices;
}): AsyncGenerator<CheckedPart> {
  const setting = {
    store,
    services: services ?? (await PublishedServices.read(store, until)),
    offices,
  };
  const left: StreamFinding[] = [];
  const reading = readByStream(store, {
    prefix: applicationPrefix,
    until,
    share,
    onUnreadable: (error) => left.push(findingOf(error)),
  });
  for await (const batch of wholeStreams(reading)) {
    const part: CheckedPart = { streams: 0, events: 0, unchecked: 0, findings: [] };
    part.findings.push(...left.splice(0));
    for (const events of batch) {
      const stream = events[0]?.stream ?? '';
      const { findings, unchecked } = await checkApplication(events, setting);
      part.streams += 1;
      part.events += events.length;
      part.unchecked += unchecked.length;
      for (const finding of findings) part.findings.push({ stream, ...finding });
    }
    yield part;
  }
  if (left.length === 0) return;
  yield { streams: 0, events: 0, unchecked: 0, findings: left };
}

/** An event that is no event: what stands in its place cannot be read at all. */
function findingOf({ stream, revision, fault }: UnreadableRecordError): StreamFinding {
  return { stream, revision, event: '?', finding: 'unreadable', reason: fault };
}

/** Holds what is recorded of services, calendars and numbers against the rules, and reads the rest. */
export async function* checkOtherStreams({
  store,
  until,
}: Omit<LogCheckOptions, 'offices'>): AsyncGenerator<CheckedPart> {
  for (const { prefix, checkOf } of kinds) {
    let stream: string | undefined;
    let check: StreamCheck | undefined;
    let next = 0;
    const left: StreamFinding[] = [];
    const onUnreadable = (error: UnreadableRecordError) => void left.push(findingOf(error));
    for await (const batch of readByStream(store, { prefix, until, onUnreadable })) {
      const part: CheckedPart = { streams: 0, events: batch.length, unchecked: 0, findings: [] };
      part.findings.push(...left.splice(0));
      for (const stored of batch) {
        if (stored.stream !== stream || !check) {
          ({ stream } = stored);
          check = checkOf(stream.slice(prefix.length));
          next = 0;
          part.streams += 1;
        }
        const about = { stream: stored.stream, revision: stored.revision, event: stored.type };
        if (stored.revision !== next)
          part.findings.push({ ...about, finding: 'gap', expected: next });
        next = stored.revision + 1;
        for (const reason of reasonsOf(stored, check)) part.findings.push({ ...about, ...reason });
      }
      yield part;
    }
    if (left.length > 0) yield { streams: 0, events: 0, unchecked: 0, findings: left };
  }
}

/** Checks one event after the other of a stream. @throws UnreadableEventError */
type StreamCheck = (stored: RecordedEvent) => FindingReason[];

/** An event that can be read is all that is asked of these. */
const readable =
  (read: (stored: RecordedEvent) => { metadata: EventMetadata }) => (): StreamCheck => (stored) => {
    read(stored);
    return [];
  };

const kinds: { prefix: string; checkOf: (id: string) => StreamCheck }[] = [
  {
    prefix: servicePrefix,
    checkOf: (id) => {
      const service = new ServiceCheck(id);
      return (stored) => service.check({ revision: stored.revision, ...readServiceEvent(stored) });
    },
  },
  {
    prefix: calendarPrefix,
    checkOf: (id) => {
      const calendar = new CalendarCheck(id);
      return (stored) =>
        calendar.check({ revision: stored.revision, ...readCalendarEvent(stored) });
    },
  },
  {
    prefix: numberPrefix,
    checkOf: () => (stored) =>
      checkNumber({ revision: stored.revision, ...readNumberEvent(stored) }),
  },
  { prefix: notificationPrefix, checkOf: readable(readNotificationEvent) },
  { prefix: importedLogPrefix, checkOf: readable(readImportedLogEvent) },
  { prefix: evidenceStream, checkOf: readable(readEvidenceEvent) },
  { prefix: erasurePrefix, checkOf: readable(readErasureEvent) },
];

function reasonsOf(stored: RecordedEvent, check: StreamCheck): FindingReason[] {
  try {
    return check(stored);
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) throw error;
    return [unreadable(error, stored)];
  }
}

function unreadable(error: unknown, stored: RecordedEvent): FindingReason {
  try {
    return { finding: 'unreadable', reason: reasonOf(error, stored) };
  } catch {
    const reason = error instanceof Error ? error.message : String(error);
    return { finding: 'undecidable', reason };
  }
}

/** The streams of a reading, each whole; those that came whole in one batch together. */
async function* wholeStreams(
  reading: AsyncIterable<RecordedEvent[]>,
): AsyncGenerator<RecordedEvent[][]> {
  let last: RecordedEvent[] = [];
  for await (const batch of reading) {
    const whole: RecordedEvent[][] = [];
    for (const event of batch) {
      if (last.length > 0 && last[0]?.stream !== event.stream) {
        whole.push(last);
        last = [];
      }
      last.push(event);
    }
    if (whole.length > 0) yield whole;
  }
  if (last.length > 0) yield [last];
}

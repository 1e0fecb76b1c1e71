import { randomUUID } from 'node:crypto';
import type { EventFile } from '../embedded/event-file.ts';
import { positionOf } from './positions.ts';
import { RecentEvents, type WrittenAt } from './recent-events.ts';
import { toStored } from './stored-content.ts';
import {
  deletedRevision,
  describedBy,
  isMetadataStream,
  metadataEventType,
  metadataStreamOf,
  parseStreamMetadata,
  tombstoneEventType,
  withTruncateBefore,
} from './stream-metadata.ts';

export type ProposedEvent = {
  /** UUID in lower case. */
  id: string;
  type: string;
  isJson: boolean;
  data: Uint8Array;
  metadata: Uint8Array;
};

/** A revision (`noStream` for a stream without events), or what the stream may be instead. */
export type ExpectedVersion = number | 'any' | 'stream-exists';
export const noStream = -1;

export type Write =
  | { kind: 'append'; stream: string; expected: ExpectedVersion; events: readonly ProposedEvent[] }
  | { kind: 'delete' | 'tombstone'; stream: string; expected: ExpectedVersion };

export type Written =
  | { outcome: 'success'; revision: number; position: number }
  | { outcome: 'wrong-expected-version'; current: number }
  | { outcome: 'stream-deleted' };

/** Why a write goes ahead, or what it is answered with. */
type Check = { outcome: 'ok'; softDeleted: boolean } | Written;

/**
 * Writes within the file's transaction as the real server's storage writer does: idempotent by event
 * id, with soft deletion undone by the next append.
 */
export class LogWriter {
  readonly #file: EventFile;
  readonly #recent = new RecentEvents();

  constructor(file: EventFile) {
    this.#file = file;
  }

  write(write: Write, recordedAt: number): Written {
    const { stream, kind } = write;
    const newest = newestRevision(this.#file, stream);
    const ids = kind === 'append' ? write.events.map(({ id }) => id) : [randomUUID()];
    const check = this.#check(stream, newest, write.expected, ids);
    if (check.outcome !== 'ok') return check;
    if (kind === 'delete' && newest < 0 && !this.#hasMetadata(stream)) {
      return { outcome: 'wrong-expected-version', current: noStream };
    }
    switch (kind) {
      case 'append':
        return this.#append(stream, newest, write.events, check.softDeleted, recordedAt);
      case 'delete':
        return this.#setMetadata(stream, undefined, deletedRevision, recordedAt);
      case 'tombstone':
        return this.#add(stream, deletedRevision, event(tombstoneEventType, ''), recordedAt);
    }
  }

  #check(stream: string, newest: number, expected: ExpectedVersion, ids: readonly string[]): Check {
    if (newest === deletedRevision) return { outcome: 'stream-deleted' };
    const wrong: Written = { outcome: 'wrong-expected-version', current: newest };
    const ok = (): Check => ({ outcome: 'ok', softDeleted: this.#isSoftDeleted(stream) });
    if (expected === 'any' || expected === 'stream-exists') {
      if (expected === 'stream-exists') {
        if (this.#isSoftDeleted(stream)) return { outcome: 'stream-deleted' };
        if (newest < 0 && !this.#hasMetadata(stream)) return wrong;
      }
      const found = ids.map((id) => this.#recent.find(stream, id));
      const last = found.at(-1);
      if (found[0] === undefined) return ok();
      return last === undefined || found.includes(undefined) ? wrong : writtenBefore(last);
    }
    if (expected > newest) return wrong;
    if (expected === newest) return ok();
    const standing = this.#idsAfter(stream, expected, ids.length);
    const last = standing.at(-1);
    const other = ids.findIndex((id, index) => standing[index]?.id !== id);
    if (other === 0 && expected === noStream && this.#isSoftDeleted(stream)) return ok();
    return other !== -1 || last === undefined ? wrong : writtenBefore(last);
  }

  #idsAfter(stream: string, revision: number, count: number) {
    const { id } = this.#file.stream(stream);
    return id === undefined ? [] : this.#file.ids(id, revision + 1, count);
  }

  /** A stream that has metadata exists, even without events. */
  #hasMetadata(stream: string): boolean {
    return this.#file.stream(metadataStreamOf(stream)).newest >= 0;
  }

  #isSoftDeleted(stream: string): boolean {
    const stored = this.#storedMetadata(stream);
    return stored !== undefined && parseStreamMetadata(stored).truncateBefore === deletedRevision;
  }

  #storedMetadata(stream: string): string | undefined {
    return this.#file.backwards(metadataStreamOf(stream), deletedRevision - 1, 1)[0]?.data;
  }

  #append(
    stream: string,
    newest: number,
    events: readonly ProposedEvent[],
    softDeleted: boolean,
    recordedAt: number,
  ): Written {
    const described = isMetadataStream(stream) ? describedBy(stream) : undefined;
    const undeletes = described !== undefined && this.#isSoftDeleted(described);
    let written: Written | undefined;
    for (const [index, proposed] of events.entries()) {
      written = this.#add(stream, newest + 1 + index, proposed, recordedAt);
    }
    if (softDeleted) {
      this.#setMetadata(stream, this.#storedMetadata(stream), newest + 1, recordedAt);
    }
    if (described !== undefined && undeletes) {
      const next = this.#file.stream(described).newest + 1;
      this.#setMetadata(described, this.#storedMetadata(described), next, recordedAt);
    }
    return written ?? { outcome: 'success', revision: newest, position: this.#endPosition() };
  }

  #setMetadata(
    stream: string,
    stored: string | undefined,
    truncateBefore: number,
    recordedAt: number,
  ): Written {
    const metadataStream = metadataStreamOf(stream);
    const { newest } = this.#file.stream(metadataStream);
    const metadata = event(metadataEventType, withTruncateBefore(stored, truncateBefore));
    return this.#add(metadataStream, newest + 1, metadata, recordedAt);
  }

  #add(stream: string, revision: number, proposed: ProposedEvent, recordedAt: number): Written {
    const streamId = this.#file.stream(stream).id ?? this.#file.addStream(stream);
    const { id, type } = proposed;
    const stored = {
      id,
      type,
      data: toStored({ bytes: proposed.data, isJson: proposed.isJson }),
      metadata: toStored({ bytes: proposed.metadata, isJson: true }),
    };
    const position = this.#file.addEvent(streamId, revision, stored, recordedAt);
    this.#recent.add(stream, id, { revision, position });
    return { outcome: 'success', revision, position: positionOf(position) };
  }

  /** Between the newest event and the next: an append without events stands there. */
  #endPosition(): number {
    return positionOf(Number(this.#file.head())) + 1;
  }
}

function writtenBefore({ revision, position }: WrittenAt): Written {
  return { outcome: 'success', revision, position: positionOf(position) };
}

/** -1 where there is none. With its stream, a metadata stream is deleted too. */
export function newestRevision(file: EventFile, stream: string): number {
  if (isMetadataStream(stream) && file.stream(describedBy(stream)).newest === deletedRevision) {
    return deletedRevision;
  }
  return file.stream(stream).newest;
}

function event(type: string, data: string): ProposedEvent {
  return {
    id: randomUUID(),
    type,
    isJson: data !== '',
    data: Buffer.from(data, 'utf8'),
    metadata: new Uint8Array(),
  };
}

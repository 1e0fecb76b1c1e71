import type { Readable } from 'node:stream';
import type { Offices } from '@satu-atap/domain';
import type { PlainEventStore, RecordedEvent, ServiceCatalogue } from '@satu-atap/event-store';

/** The signed log that a bundle proves its events by. */
export type BundleLog = {
  /** The newest checkpoint; undefined while none has been signed. */
  newest(): Promise<{ origin: string; size: number; note: string } | undefined>;
  /** Where the event lies in the tree of that size, and its path in base64; undefined beyond its end. */
  inclusion(
    event: RecordedEvent,
    size: number,
  ): Promise<{ index: number; hashes: readonly string[] } | undefined>;
  /** The events that introduced its keys, in order. */
  keys(): AsyncIterable<RecordedEvent>;
};

export type BundleSource = {
  /** Reads with personal data in the clear, for people; its `raw` has the events as they are proven. */
  store: Pick<PlainEventStore, 'read' | 'raw'>;
  log: BundleLog;
  services: Pick<ServiceCatalogue, 'version'>;
  offices: Offices;
  /** A document's content, or undefined where it is not kept any more. */
  document(sha256: string): Promise<Readable | undefined>;
};

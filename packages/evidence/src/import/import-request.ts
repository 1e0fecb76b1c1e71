import type { Actor, CompiledService, Duration, Refusal } from '@satu-atap/domain';
import type { EventStore, ImportedLog, ServiceCatalogue } from '@satu-atap/event-store';
import type { DiscoveredService } from '../discovery/discovered-definition.ts';
import type { Deviation } from './case-path.ts';
import type { LogSource } from './log-source.ts';
import type { Survey } from './survey.ts';

export type ImportRequest = {
  source: LogSource;
  store: Pick<EventStore, 'append' | 'read'>;
  services: ServiceCatalogue;
  office: string;
  actor: Actor;
  now: Temporal.Instant;
  /** The zone of times that name none. */
  timeZone: string;
  classifier?: string | undefined;
  /** What the cases are put under. */
  definition:
    | { kind: 'discovered'; id: string; unit: string; standard?: Duration | undefined }
    | {
        kind: 'given';
        service: CompiledService;
        /** Whether it comes from a file, and is put into force with the import. */
        isToPublish: boolean;
        mapped: ReadonlyMap<string, string>;
        keepDeviations: boolean;
      };
  progress?: (phase: 'reading' | 'writing', done: { cases: number; events: number }) => void;
};

export type ImportOutcome =
  | {
      type: 'imported';
      log: string;
      /** Whether it went on with what an earlier run had begun. */
      resumed: boolean;
      survey: Survey;
      service: CompiledService;
      model?: DiscoveredService['model'];
      deviations: number;
    }
  /** The same file is there; nothing was changed. */
  | { type: 'already'; log: ImportedLog }
  /** It was begun with other flags, and is not finished. */
  | { type: 'begun-otherwise'; log: ImportedLog }
  /** The given definition does not allow these steps; nothing was written. */
  | { type: 'deviates'; shown: Deviation[]; count: number }
  /** A service of that name takes applications: a discovered definition must not replace it. */
  | { type: 'service-taken'; service: string }
  | { type: 'refused'; refusal: Refusal };

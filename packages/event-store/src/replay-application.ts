import {
  readApplicationEvent,
  replay,
  replayDifference,
  type CompiledService,
  type Moment,
  type NoMoment,
  type Office,
  type Offices,
  type ReplayDifference,
  type Replayed,
  type ReplayedEvent,
  type ReplaySetting,
} from '@satu-atap/domain';
import { applicationStream } from './application-memory.ts';
import { readStream, type EventStore } from './event-store.ts';
import type { ServiceCatalogue } from './service-catalogue.ts';

export type ReplayedFrom = {
  store: Pick<EventStore, 'read'>;
  services: Pick<ServiceCatalogue, 'version'>;
  offices: Offices;
};

/** An application's whole history, with what it takes to replay it. */
export class ApplicationReplay {
  readonly history: readonly ReplayedEvent[];
  readonly office: Office;
  readonly #setting: ReplaySetting;

  private constructor(history: readonly ReplayedEvent[], office: Office, setting: ReplaySetting) {
    this.history = history;
    this.office = office;
    this.#setting = setting;
  }

  /**
   * Reads the stream, and no read model.
   *
   * @returns undefined when there is no such application
   * @throws Error when its office is not configured
   * @throws UnreadableEventError for an event that is none
   */
  static async read(
    application: string,
    { store, services, offices }: ReplayedFrom,
  ): Promise<ApplicationReplay | undefined> {
    const stored = await readStream(store, applicationStream(application));
    const history = stored.map((one) => ({ revision: one.revision, ...readApplicationEvent(one) }));
    const submitted = history[0]?.event;
    if (submitted?.type !== 'ApplicationSubmitted') return undefined;
    const office = offices.get(submitted.data.office);
    if (!office) {
      throw new Error(`application ${application} belongs to an office that is not configured`);
    }
    const { id } = submitted.data.service;
    const versions = new Map<number, CompiledService>();
    for (const { event } of history) {
      const version = versionIn(event);
      if (version !== undefined) versions.set(version, await services.version(id, version));
    }
    const service = (version: number) => {
      const known = versions.get(version);
      if (!known)
        throw new Error(`no event of application ${application} names version ${version}`);
      return known;
    };
    return new ApplicationReplay(history, office, { service, calendars: office.calendars });
  }

  at(moment: Moment): Replayed | NoMoment {
    return replay(this.history, moment, this.#setting);
  }

  /** The newest revision, or an instant after everything: how it stands. */
  get newest(): number {
    return this.history.at(-1)?.revision ?? 0;
  }

  difference(from: Replayed, to: Replayed): ReplayDifference {
    return replayDifference(from, to, this.history);
  }
}

function versionIn(event: ReplayedEvent['event']): number | undefined {
  if (event.type === 'ApplicationSubmitted') return event.data.service.version;
  return event.type === 'ApplicationMigrated' ? event.data.to.version : undefined;
}

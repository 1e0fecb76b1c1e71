import {
  replay,
  replayDifference,
  type Moment,
  type NoMoment,
  type Office,
  type Replayed,
  type ReplayDifference,
  type ReplayedEvent,
  type ReplaySetting,
} from '@satu-atap/domain';
import { readLife, type ApplicationLife, type LifeSources } from './application-life.ts';

/** An application's whole history, with what it takes to replay it. */
export class ApplicationReplay {
  readonly history: readonly ReplayedEvent[];
  readonly office: Office;
  readonly #setting: ReplaySetting;

  private constructor({ history, office, service }: ApplicationLife) {
    this.history = history;
    this.office = office;
    this.#setting = { service, calendars: office.calendars };
  }

  /** @returns undefined when there is no such application @throws as `readLife` does */
  static async read(
    application: string,
    sources: LifeSources,
  ): Promise<ApplicationReplay | undefined> {
    const life = await readLife(application, sources);
    return life && new ApplicationReplay(life);
  }

  at(moment: Moment): Replayed | NoMoment {
    return replay(this.history, moment, this.#setting);
  }

  /** Revision of its newest event. */
  get newest(): number {
    return this.history.at(-1)?.revision ?? 0;
  }

  difference(from: Replayed, to: Replayed): ReplayDifference {
    return replayDifference(from, to, this.history);
  }
}

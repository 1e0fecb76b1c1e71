import {
  calendarDigest,
  compileOffices,
  compileService,
  definitionDigest,
  officeDefinition,
  readCalendarEvent,
  readServiceEvent,
  type CalendarVersion,
  type CompiledService,
  type OfficeDefinition,
  type Offices,
} from '@satu-atap/domain';
import { problems, type BundleFinding } from './bundle-finding.ts';
import { bundlePlaces } from './bundle-format.ts';
import type { ProvenEvent } from './verify-streams.ts';
import type { ZipReader } from './zip-reader.ts';

/** A version of a service, and where in the log it was published. */
type EnclosedVersion = { service: CompiledService; index: number };

/** The rules that a bundle encloses: services by id and version, offices with their calendars. */
export class EnclosedRules {
  readonly #services = new Map<string, EnclosedVersion>();
  readonly #calendars = new Map<string, CalendarVersion[]>();
  readonly #offices: OfficeDefinition[] = [];
  readonly findings: BundleFinding[] = [];

  /** @param events of the stream of a service */
  addService(stream: string, events: readonly ProvenEvent[]): void {
    const file = bundlePlaces.events(stream);
    for (const stored of events) {
      this.#each(file, stored, () => {
        const { event } = readServiceEvent(stored);
        if (event.type !== 'ServicePublished') return true;
        const { definition, version, digest } = event.data;
        if (definitionDigest(definition) !== digest) return false;
        const service = compileService(definition, { version, digest });
        this.#services.set(`${definition.id}@${version}`, { service, index: stored.index });
        return true;
      });
    }
  }

  /** @param events of the stream of a calendar */
  addCalendar(stream: string, events: readonly ProvenEvent[]): void {
    const file = bundlePlaces.events(stream);
    for (const stored of events) {
      this.#each(file, stored, () => {
        const { event, metadata } = readCalendarEvent(stored);
        const { definition, version, digest } = event.data;
        if (calendarDigest(definition) !== digest) return false;
        const publishedAt = Date.parse(metadata.occurredAt);
        const versions = this.#calendars.get(definition.id) ?? [];
        versions.push({ id: definition.id, version, digest, publishedAt, definition });
        this.#calendars.set(definition.id, versions);
        return true;
      });
    }
  }

  async addOffice(zip: ZipReader, file: string): Promise<void> {
    const text = await zip.text(file);
    try {
      this.#offices.push(officeDefinition.parse(JSON.parse(text)));
    } catch {
      this.findings.push({ file, problem: problems.unreadable('JSON') });
    }
  }

  version(id: string, version: number): EnclosedVersion | undefined {
    return this.#services.get(`${id}@${version}`);
  }

  /** The offices, as far as their calendars are enclosed. */
  offices(): Offices {
    const known = this.#offices.filter(
      ({ calendar, unitCalendars = {} }) =>
        this.#calendars.has(calendar) &&
        Object.values(unitCalendars).every((one) => this.#calendars.has(one)),
    );
    return compileOffices(known, this.#calendars);
  }

  /** @param isSound whether the event's content is what its digest says */
  #each(file: string, { line }: ProvenEvent, isSound: () => boolean): void {
    try {
      if (!isSound()) this.findings.push({ file, line, problem: problems.notADefinition() });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.findings.push({ file, line, problem: problems.unreadable(reason) });
    }
  }
}

import {
  definitionDigest,
  serviceDefinition,
  type Actor,
  type ApplicationEvent,
  type LogAttribute,
} from '@satu-atap/domain';
import {
  compiled,
  office,
  people,
  recordedHistory,
  sampleOffices,
  samplePermit,
} from '@satu-atap/domain/testing';
import {
  applicationStream,
  derivedId,
  EmbeddedEventStore,
  ServiceCatalogue,
  type NewEvent,
} from '@satu-atap/event-store';
import type { CaseSelection } from '../cases/case-selection.ts';
import { plain, type Disclosure } from '../cases/disclosure.ts';
import type { ExportFormat, ExportRequest } from '../export/export-log.ts';
import { exportLog } from '../export/export-log.ts';

/** The published sample permit: its floor area is told, its address is personal. */
export const permit = serviceDefinition.parse({
  ...samplePermit,
  form: { ...samplePermit.form, address: { ...samplePermit.form.address, personal: true } },
});
export const pinned = { id: permit.id, version: 1, digest: definitionDigest(permit) };

export type Happened = ApplicationEvent & { by?: Actor; at: string };

/** A store with the sample permit published, and what is put into it. */
export class StoredLives {
  readonly store: EmbeddedEventStore;
  readonly services: ServiceCatalogue;
  readonly offices = sampleOffices;

  private constructor(file: string) {
    this.store = new EmbeddedEventStore({ file });
    this.services = new ServiceCatalogue(this.store);
  }

  /** @param file in memory where none is named */
  static async open(file = ':memory:'): Promise<StoredLives> {
    const lives = new StoredLives(file);
    const at = Temporal.Instant.from('2026-01-01T00:00:00Z');
    await lives.services.publish(permit, people.system, at);
    return lives;
  }

  /** Appends an application event by event; event ids count up from 0. */
  async add(application: string, happened: readonly Happened[]): Promise<NewEvent[]> {
    const events = happened.map(({ by = people.frontDesk, at, type, data }, index): NewEvent => ({
      id: derivedId(application, index),
      type,
      data,
      metadata: { actor: by, occurredAt: at, office, command: derivedId(application, 'c', index) },
    }));
    await this.store.append(applicationStream(application), events, 'no-stream');
    return events;
  }

  /** Applications as people would have dealt with them, their events taking turns. */
  async addRandom(seeds: readonly number[]): Promise<Map<string, NewEvent[]>> {
    const service = compiled(permit);
    const calendars = sampleOffices.get(office)?.calendars;
    if (!calendars) throw new Error('the sample has no calendar');
    const lives = new Map<string, NewEvent[]>();
    for (const seed of seeds) {
      const application = derivedId('life', seed);
      const history = recordedHistory(service, { calendars, office }, seed);
      const events = history.map(({ event: { type, data }, metadata }, index): NewEvent => ({
        id: derivedId(application, index),
        type,
        // Every history has the same papers.
        data:
          'document' in data ? { ...data, document: derivedId(application, data.document) } : data,
        metadata,
      }));
      lives.set(application, events);
    }
    const longest = Math.max(0, ...[...lives.values()].map(({ length }) => length));
    for (let turn = 0; turn < longest; turn++) {
      for (const [application, events] of lives) {
        const turned = events.slice(turn, turn + 1);
        if (turned.length === 0) continue;
        await this.store.append(applicationStream(application), turned, 'any');
      }
    }
    return lives;
  }

  /** A case of a foreign log, taken over. */
  async addImported(
    log: string,
    place: number,
    attributes: LogAttribute[],
    events: LogAttribute[][],
  ): Promise<string> {
    const application = derivedId(log, place);
    const at = '2010-10-05T10:00:00Z';
    await this.add(application, [
      {
        type: 'ApplicationSubmitted',
        at,
        data: {
          office,
          service: pinned,
          applicant: { id: 'unknown' },
          channel: 'counter',
          data: {},
          state: 'intake',
          imported: { log, case: `case-${place}`, place, attributes },
        },
      },
      ...events.map((imported): Happened => ({
        type: 'StepTaken',
        at,
        data: {
          action: 'accept',
          from: 'intake',
          to: 'intake',
          imported: { attributes: imported },
        },
      })),
    ]);
    return application;
  }

  /** An export, whole. */
  async export(
    format: ExportFormat,
    selection: CaseSelection = {},
    disclosure: Disclosure = plain,
    more: Partial<ExportRequest> = {},
  ): Promise<Buffer> {
    const pieces: Buffer[] = [];
    const request = { format, selection, disclosure, ...more };
    for await (const piece of exportLog(this, request)) pieces.push(Buffer.from(piece));
    return Buffer.concat(pieces);
  }

  async close(): Promise<void> {
    await this.store.close();
  }
}

/** An application that was submitted, sent back, and refused for lack of an answer. */
export const returnedLife: readonly Happened[] = [
  {
    type: 'ApplicationSubmitted',
    at: '2026-03-02T01:00:00Z',
    by: people.applicant,
    data: {
      office,
      service: pinned,
      applicant: { id: 'applicant-1', name: 'Siti Aminah' },
      channel: 'online',
      data: { address: 'Jalan Merdeka 1', floorArea: 120 },
      state: 'intake',
    },
  },
  {
    type: 'StepTaken',
    at: '2026-03-02T02:00:00Z',
    data: {
      action: 'return-to-applicant',
      from: 'intake',
      to: 'returned',
      comment: 'Denah "lantai 2" < 1:100 & buram',
    },
  },
  {
    type: 'StepTaken',
    at: '2026-03-03T02:00:00Z',
    by: people.applicant,
    data: { action: 'resend', from: 'returned', to: 'intake', data: { floorArea: 110 } },
  },
  {
    type: 'StepTaken',
    at: '2026-03-03T02:00:00Z',
    by: people.applicant,
    data: { action: 'withdraw', from: 'intake', to: 'withdrawn', outcome: 'withdrawn' },
  },
];

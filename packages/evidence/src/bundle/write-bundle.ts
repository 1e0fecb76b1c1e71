import type { Readable } from 'node:stream';
import { calendarsNamed } from '@satu-atap/domain';
import {
  applicationStream,
  calendarPrefix,
  servicePrefix,
  type RecordedEvent,
} from '@satu-atap/event-store';
import { bundlePlaces, keysProofs, type BundleManifest } from './bundle-format.ts';
import type { BundleSource } from './bundle-source.ts';
import { coveredOf, CoveredStreams, type Covered } from './covered-streams.ts';
import { historyOf, type EnclosedHistory } from './enclosed-history.ts';
import { historyDocument } from './history-document.ts';
import { historyPage } from './history-page.ts';
import { historyPdf } from './history-pdf.ts';
import { NoEvidenceError } from './no-evidence-error.ts';
import { readme } from './readme.ts';
import { ZipWriter } from './zip-writer.ts';

/** A bundle that is ready to be written, once it is known what goes into it. */
export type PreparedBundle = {
  /** Events that happened after the checkpoint, of these applications: they are not in it. */
  uncovered: number;
  /** Writes it, once. */
  write(): WrittenBundle;
};

/** A bundle on its way. */
type WrittenBundle = {
  /** The archive as it comes: an error in writing breaks it off, and destroying it ends the writing. */
  content: Readable;
  /** What it holds, when all of `content` has been taken; rejects when that was broken off. */
  manifest: Promise<BundleManifest>;
};

/**
 * Gathers the events of applications up to the newest checkpoint, and all that it takes to check them
 * without the engine.
 *
 * @param applications their ids
 * @throws NoEvidenceError when there is no checkpoint, or it covers nothing of an application
 */
export async function prepareBundle(
  applications: readonly string[],
  source: BundleSource,
  { by, now }: { by: string; now: Temporal.Instant },
): Promise<PreparedBundle> {
  const checkpoint = await source.log.newest();
  if (!checkpoint) throw new NoEvidenceError({ because: 'no-checkpoint' });
  const { size } = checkpoint;
  const streams = new CoveredStreams(source, size);
  let uncovered = 0;
  for (const id of applications) {
    const { count, beyond } = await streams.look(applicationStream(id));
    if (count === 0) throw new NoEvidenceError({ because: 'not-covered', application: id });
    uncovered += beyond;
  }
  const zip = new ZipWriter(new Date(now.epochMilliseconds));
  const written = async () => {
    const bundle = new Bundle(zip, source, { size, streams });
    await zip.add(bundlePlaces.readme, readme);
    await zip.add(bundlePlaces.checkpoint, checkpoint.note);
    await bundle.addKeys();
    for (const id of applications) await bundle.addApplication(id);
    await bundle.addRules();
    const manifest: BundleManifest = {
      format: 'satu-atap-evidence',
      version: 1,
      createdAt: now.toString(),
      createdBy: by,
      origin: checkpoint.origin,
      treeSize: size,
      applications: bundle.applications,
      missingDocuments: [...bundle.missing],
      files: { ...zip.packed },
    };
    await zip.add(bundlePlaces.manifest, `${JSON.stringify(manifest, undefined, 2)}\n`);
    await zip.end();
    return manifest;
  };
  const write = () => {
    const manifest = written();
    manifest.catch((error: Error) => zip.output.destroy(error));
    return { content: zip.output, manifest };
  };
  return { uncovered, write };
}

class Bundle {
  readonly applications: { id: string; events: number }[] = [];
  readonly missing = new Set<string>();
  readonly #zip: ZipWriter;
  readonly #source: BundleSource;
  readonly #size: number;
  readonly #streams: CoveredStreams;
  readonly #services = new Set<string>();
  readonly #offices = new Set<string>();

  constructor(
    zip: ZipWriter,
    source: BundleSource,
    { size, streams }: { size: number; streams: CoveredStreams },
  ) {
    this.#zip = zip;
    this.#source = source;
    this.#size = size;
    this.#streams = streams;
  }

  async addKeys(): Promise<void> {
    const events: RecordedEvent[] = [];
    for await (const event of this.#source.log.keys()) events.push(event);
    const keys = await coveredOf(this.#source.log, events, this.#size);
    await this.#zip.add(bundlePlaces.keys, keys.events);
    await this.#zip.add(keysProofs, keys.proofs);
  }

  async addApplication(id: string): Promise<void> {
    const { count } = await this.#addStream(applicationStream(id));
    this.applications.push({ id, events: count });
    const history = await historyOf(this.#source, { id, count });
    if (!history) return;
    this.#services.add(history.application.service.id);
    this.#offices.add(history.application.office);
    for (const sha256 of history.documents) await this.#addDocument(sha256);
    await this.#addHistory(id, history);
  }

  /** The definitions, calendars and offices that the applications went by. */
  async addRules(): Promise<void> {
    const calendars = new Set<string>();
    for (const id of this.#offices) {
      const office = this.#source.offices.get(id);
      if (!office) continue;
      const text = `${JSON.stringify(office.definition, undefined, 2)}\n`;
      await this.#zip.add(bundlePlaces.office(id), text);
      for (const calendar of calendarsNamed(office.definition)) calendars.add(calendar);
    }
    const streams = [
      ...[...this.#services].map((id) => `${servicePrefix}${id}`),
      ...[...calendars].map((id) => `${calendarPrefix}${id}`),
    ];
    for (const stream of streams.toSorted()) {
      await this.#addStream(stream);
    }
  }

  async #addStream(stream: string): Promise<Covered> {
    const covered = await this.#streams.take(stream);
    await this.#zip.add(bundlePlaces.events(stream), covered.events);
    await this.#zip.add(bundlePlaces.proofs(stream), covered.proofs);
    return covered;
  }

  async #addDocument(sha256: string): Promise<void> {
    const place = bundlePlaces.document(sha256);
    if (this.missing.has(sha256) || Object.hasOwn(this.#zip.packed, place)) return;
    const content = await this.#source.document(sha256);
    if (content) await this.#zip.add(place, content);
    else this.missing.add(sha256);
  }

  async #addHistory(id: string, history: EnclosedHistory): Promise<void> {
    const office = this.#source.offices.get(history.application.office)?.definition;
    for (const language of ['id', 'en'] as const) {
      const place = {
        officeTitle: office?.title[language] ?? history.application.office,
        timeZone: office?.timeZone ?? 'UTC',
      };
      const document = historyDocument({ id, ...history, ...place }, language);
      await this.#zip.add(bundlePlaces.history(id, language, 'html'), historyPage(document));
      await this.#zip.add(bundlePlaces.history(id, language, 'pdf'), await historyPdf(document));
    }
  }
}

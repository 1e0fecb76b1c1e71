import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  formatVkey,
  inclusionPath,
  leafHash,
  leafText,
  rootOf,
  serviceDefinition,
  toBase64,
  type ServiceDefinition,
} from '@satu-atap/domain';
import {
  office,
  people,
  sampleCalendar,
  sampleOffices,
  samplePermit,
} from '@satu-atap/domain/testing';
import {
  CalendarCatalogue,
  EmbeddedEventStore,
  integrityHead,
  integrityStream,
  newPrivateKey,
  noteSigner,
  openKeyRing,
  privateKeyFrom,
  ServiceCatalogue,
  signCheckpoints,
  unsealed,
  type EventStore,
  type NewEvent,
} from '@satu-atap/event-store';
import { simulatedHistory } from '@satu-atap/event-store/testing';
import type { BundleLog, BundleSource } from '../bundle-source.ts';
import { prepareBundle } from '../write-bundle.ts';

const opening = Temporal.Instant.from('2026-01-01T00:00:00Z');
const now = Temporal.Instant.from('2026-11-02T03:04:05Z');

/** What every document in this house holds. */
export const paper = Buffer.from('%PDF-1.7 denah lokasi');
const paperHash = createHash('sha256').update(paper).digest('hex');

/** A house with a few applications, their names and addresses sealed, and a signed log. */
export async function evidenceHouse() {
  const folder = mkdtempSync(join(tmpdir(), 'satu-atap-bundle-'));
  const keys = openKeyRing({ file: join(folder, 'keys.sqlite') });
  const store = unsealed(new EmbeddedEventStore({ file: join(folder, 'events.sqlite') }), keys);
  const services = new ServiceCatalogue(store);
  const definition = withPersonalAddress();
  await services.publish(definition, people.system, opening);
  await new CalendarCatalogue(store).publish(sampleCalendar, people.system, opening);
  const signer = noteSigner('mpp-jakarta/log', privateKeyFrom(newPrivateKey()));
  const applications: string[] = [];
  for (const seed of [1, 2, 3]) applications.push(await lodge(store, services, definition, seed));
  const sign = () => signCheckpoints(store.raw, { signer, now: () => now });
  await sign();

  const source: BundleSource = {
    store,
    services,
    offices: sampleOffices,
    log: logOf(store.raw),
    document: async (sha256) => (sha256 === paperHash ? Readable.from([paper]) : undefined),
  };
  return {
    folder,
    store,
    keys,
    services,
    definition,
    source,
    applications,
    sign,
    vkey: formatVkey(signer.key),
    signer,
    /** Writes a bundle of these applications. @returns its file */
    async bundle(ids: readonly string[] = applications, from: BundleSource = source) {
      const file = join(folder, `${randomUUID()}.zip`);
      const prepared = await prepareBundle(ids, from, { by: 'auditor-1', now });
      await pipeline(prepared.write().content, createWriteStream(file));
      return file;
    },
    async close() {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function withPersonalAddress(): ServiceDefinition {
  const { form } = samplePermit;
  const address = { ...form.address, personal: true };
  return serviceDefinition.parse({ ...samplePermit, form: { ...form, address } });
}

type Plain = Parameters<typeof lodgeEvents>[0];

async function lodge(
  store: Plain,
  services: ServiceCatalogue,
  { id, form }: ServiceDefinition,
  seed: number,
): Promise<string> {
  const service = await services.newest(id);
  const calendars = sampleOffices.get(office)?.calendars;
  if (!service || !calendars) throw new Error('the house is not complete');
  const { stream, events } = simulatedHistory(service, calendars, office, seed, 12);
  const personal = {
    applicant: `applicant-${seed}`,
    isPersonal: (field: string) => form[field]?.personal ?? false,
  };
  await lodgeEvents(store, stream, events.map(withPaper), personal);
  return stream.slice('application-'.length);
}

async function lodgeEvents(
  store: ReturnType<typeof unsealed>,
  stream: string,
  events: NewEvent[],
  personal: { applicant: string; isPersonal: (field: string) => boolean },
): Promise<void> {
  await store.append(stream, await store.seal(stream, events, personal), 'no-stream');
}

function withPaper(event: NewEvent): NewEvent {
  if (event.type !== 'DocumentAttached') return event;
  return { ...event, data: { ...event.data, sha256: paperHash, bytes: paper.byteLength } };
}

/** The log as the definition of the tree has it: slow, and nothing to go wrong. */
export function logOf(store: EventStore): BundleLog {
  return {
    async newest() {
      return (await integrityHead(store)).checkpoint;
    },
    async inclusion(event, size) {
      const leaves: Uint8Array[] = [];
      let index = -1;
      for await (const batch of store.readAll()) {
        for (const one of batch) {
          if (one.position === event.position) index = leaves.length;
          leaves.push(leafHash(leafText(one)));
        }
      }
      if (index < 0 || index >= size) return undefined;
      const hashes = inclusionPath(index, size).map(({ start, end }) =>
        toBase64(rootOf(leaves.slice(start, end))),
      );
      return { index, hashes };
    },
    async *keys() {
      for await (const batch of store.read(integrityStream)) {
        for (const event of batch) if (event.type === 'SigningKeyIntroduced') yield event;
      }
    },
  };
}

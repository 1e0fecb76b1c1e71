import { sampleOffices } from '@satu-atap/domain/testing';
import { applicationStream, readStream } from '@satu-atap/event-store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundlePlaces } from './bundle-format.ts';
import type { BundleReport, Checking } from './bundle-report.ts';
import { evidenceHouse } from './testing/house.ts';
import { verifyApplication, type EnclosedApplication } from './verify-application.ts';
import { BundleUnreadableError, ZipReader } from './zip-reader.ts';

let house: Awaited<ReturnType<typeof evidenceHouse>>;
let zip: ZipReader;
beforeAll(async () => {
  house = await evidenceHouse();
  zip = await ZipReader.open(await house.bundle());
});
afterAll(async () => {
  zip.close();
  await house.close();
});

/** The first application of the bundle, its events and rules altered by this. */
async function verified(change: (given: EnclosedApplication) => Partial<EnclosedApplication>) {
  const id = house.applications[0] ?? '';
  const stream = applicationStream(id);
  const stored = await readStream(house.store.raw, stream);
  const events = stored.map((event, place) => ({ ...event, index: place, line: place + 1 }));
  const given = { stream, events, offices: sampleOffices, rules: { version: () => undefined } };
  const report: BundleReport = {
    sound: false,
    findings: [],
    checked: { files: 0, events: 0, documents: 0 },
    unchecked: 0,
  };
  const manifest = JSON.parse(await zip.text(bundlePlaces.manifest)) as Checking['manifest'];
  const refusalInWords = ({ type }: { type: string }) => ({ id: type, en: type });
  verifyApplication({ zip, manifest, report, refusalInWords }, { id, ...given, ...change(given) });
  return report.findings.map(({ problem }) => problem.en);
}

describe('an event of a bundle that is not as events are', () => {
  it('is found, with what is wrong with it', async () => {
    const found = await verified(({ events }) => ({
      events: events.map((event) =>
        event.revision === 1 ? { ...event, type: 'Abolished' } : event,
      ),
    }));
    expect(found).toContainEqual(expect.stringMatching(/1.*unknown event type "Abolished"/));
  });
});

describe('a fault in checking', () => {
  it('is not held against the event that was checked', async () => {
    const fault = new BundleUnreadableError('it is damaged');
    const version = () => {
      throw fault;
    };
    await expect(verified(() => ({ rules: { version } }))).rejects.toBe(fault);
  });
});

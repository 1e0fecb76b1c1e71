import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceDefinition, type Actor, type ApplicationCommand } from '@satu-atap/domain';
import { office, people, sampleOffices, samplePermit } from '@satu-atap/domain/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readApplication } from '../applications-of-service.ts';
import { commandHandler } from '../command-handler.ts';
import { EmbeddedEventStore } from '../embedded/embedded-event-store.ts';
import { derivedId } from '../event-ids.ts';
import { readStream } from '../event-store.ts';
import { ServiceCatalogue } from '../service-catalogue.ts';
import { erasePersonalData, finishErasures, type ErasingOptions } from './erase.ts';
import { erasureStream } from './erasure-stream.ts';
import { openKeyRing } from './open-key-ring.ts';
import { unsealed, type PlainEventStore } from './plain-event-store.ts';

const definition = serviceDefinition.parse({
  ...samplePermit,
  form: { ...samplePermit.form, address: { ...samplePermit.form.address, personal: true } },
});
const budi: Actor = { id: 'budi', roles: ['applicant'] };
const siti: Actor = { id: 'siti', roles: ['applicant'] };
const officer: Actor = { id: 'ppdp', roles: ['data-protection-officer'] };
const now = () => Temporal.Instant.from('2026-03-02T02:00:00Z');

let folder: string;
let store: PlainEventStore;
let erasing: ErasingOptions;
let removed: string[];

const open = () => {
  store = unsealed(
    new EmbeddedEventStore({ file: join(folder, 'events.sqlite') }),
    openKeyRing({ file: join(folder, 'keys.sqlite') }),
  );
  removed = [];
  const remove = async (sha256: string) => void removed.push(sha256);
  const services = new ServiceCatalogue(store);
  erasing = { store, services, documents: { remove }, now, grace: 0 };
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'satu-atap-erase-'));
  open();
  await new ServiceCatalogue(store).publish(definition, people.system, now());
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const give = async (
  person: Actor,
  application: string,
  command: ApplicationCommand,
  over = store.raw,
) => {
  const services = new ServiceCatalogue(over);
  const commands = commandHandler({ store: over, services, offices: sampleOffices, now });
  const id = derivedId(application, JSON.stringify(command));
  const result = await commands({ application, command, actor: person, id });
  expect(result).not.toHaveProperty('refusal');
};

/** An application with a document, withdrawn unless it is to run on. */
async function givenApplication(
  person: Actor,
  { name = 'one', sha256 = 'a'.repeat(64), runs = false, sealing = true } = {},
): Promise<string> {
  const application = derivedId(person.id, name);
  const over = sealing ? store : store.raw;
  await give(
    person,
    application,
    {
      type: 'submit',
      data: {
        service: definition.id,
        office,
        applicant: { id: person.id, name: `Nama ${person.id}` },
        channel: 'online',
        data: { address: 'Jalan Kenanga 7', floorArea: 90 },
      },
    },
    over,
  );
  const document = derivedId('document', application);
  const paper = {
    document,
    requirement: 'site-plan',
    name: 'denah.pdf',
    mediaType: 'application/pdf',
  };
  await give(
    person,
    application,
    { type: 'attach-document', data: { ...paper, bytes: 9, sha256 } },
    over,
  );
  if (!runs) {
    await give(person, application, { type: 'take-step', data: { action: 'withdraw' } }, over);
  }
  return application;
}

const erase = (applicant = 'budi') =>
  erasePersonalData(
    { applicant, legalGround: 'UU 27/2022 Pasal 8', reason: 'atas permintaan', actor: officer },
    erasing,
  );
const record = async () =>
  (await readStream(store.raw, erasureStream('budi'))).map(({ type, data, metadata }) => ({
    type,
    data,
    actor: metadata['actor'],
  }));
const nameOf = async (application: string) =>
  (await readApplication(store, application))?.applicant.name;

describe('an erasure of personal data', () => {
  it('is recorded as an order and its end, with who, why, and on which ground', async () => {
    const application = await givenApplication(budi);
    expect(await erase()).toMatchObject({ applications: [application], keys: 1, repeated: false });
    const said = {
      applicant: 'budi',
      applications: [application],
      legalGround: 'UU 27/2022 Pasal 8',
      reason: 'atas permintaan',
    };
    expect(await record()).toMatchObject([
      { type: 'ErasureOrdered', data: { ...said, documents: ['a'.repeat(64)] }, actor: officer },
      { type: 'PersonalDataErased', data: { ...said, documents: 1 }, actor: officer },
    ]);
    expect(removed).toEqual(['a'.repeat(64)]);
    expect(await nameOf(application)).toBeUndefined();
  });

  it('waits until every application of the applicant has ended, and says which have not', async () => {
    await givenApplication(budi);
    const running = await givenApplication(budi, { name: 'two', runs: true });
    expect(await erase()).toEqual({
      refusal: {
        type: 'applications-running',
        applications: [{ id: running, service: definition.id, states: ['preparing'] }],
      },
    });
    expect(await record()).toEqual([]);
    expect(await nameOf(running)).toBe('Nama budi');
    await give(budi, running, { type: 'take-step', data: { action: 'withdraw' } }, store);
    expect(await erase()).toHaveProperty('applications.length', 2);
  });

  it('is the same when it is asked for twice, and another when there is more', async () => {
    const one = await givenApplication(budi);
    const first = await erase();
    expect(await erase()).toEqual({ ...first, repeated: true });
    expect(await record()).toHaveLength(2);
    const two = await givenApplication(budi, { name: 'two' });
    expect(await nameOf(two)).toBe('Nama budi');
    expect(await erase()).toMatchObject({ applications: [one, two], keys: 2, repeated: false });
    expect(await nameOf(two)).toBeUndefined();
  });

  it('leaves other applicants alone, and papers that they handed in as well', async () => {
    const shared = 'b'.repeat(64);
    await givenApplication(budi, { sha256: shared });
    await givenApplication(budi, { name: 'two' });
    const other = await givenApplication(siti, { sha256: shared });
    expect(await erase()).toMatchObject({ documents: 1 });
    expect(removed).toEqual(['a'.repeat(64)]);
    expect(await nameOf(other)).toBe('Nama siti');
  });

  it('says of which applications it cannot take all: they are from before data were sealed', async () => {
    const old = await givenApplication(budi, {
      name: 'old',
      sealing: false,
    });
    const sealed = await givenApplication(budi);
    const erased = await erase();
    expect(erased).toMatchObject({ applications: [old, sealed], inTheClear: [old] });
  });

  it('has nothing to do for somebody who never applied', async () => {
    expect(await erase('nobody')).toEqual({
      refusal: { type: 'nothing-to-erase', applicant: 'nobody' },
    });
  });
});

describe('an erasure that a crash broke off', () => {
  it.each(['ordered', 'keys', 'documents'])(
    'is finished at the next start, killed at "%s"',
    { timeout: 30_000 },
    async (point) => {
      const application = await givenApplication(budi);
      await store.close();
      const script = join(import.meta.dirname, 'erase-process.ts');
      const child = spawn(process.execPath, [script, folder, point], { stdio: 'ignore' });
      expect((await once(child, 'exit'))[1]).toBe('SIGKILL');
      open();
      expect((await record()).map(({ type }) => type)).toEqual(['ErasureOrdered']);
      expect(await finishErasures(erasing)).toBe(1);
      expect((await record()).map(({ type }) => type)).toEqual([
        'ErasureOrdered',
        'PersonalDataErased',
      ]);
      expect(removed).toEqual(['a'.repeat(64)]);
      expect(await nameOf(application)).toBeUndefined();
      expect(await finishErasures(erasing)).toBe(1);
      expect(await record()).toHaveLength(2);
    },
  );
});

it('a backup of the keys that is put back is erased again at the next start', async () => {
  const application = await givenApplication(budi);
  await store.close();
  copyFileSync(join(folder, 'keys.sqlite'), join(folder, 'backup'));
  open();
  await erase();
  await store.close();
  copyFileSync(join(folder, 'backup'), join(folder, 'keys.sqlite'));
  open();
  expect(await nameOf(application)).toBe('Nama budi');
  await store.close();
  open();
  await finishErasures(erasing);
  expect(await nameOf(application)).toBeUndefined();
});

it('an applicant whose keys are lost can be erased all the same', async () => {
  const application = await givenApplication(budi);
  await store.close();
  rmSync(join(folder, 'keys.sqlite'));
  open();
  await expect(nameOf(application)).rejects.toThrow('restore the key ring');
  expect(await erase()).toMatchObject({ applications: [application], keys: 1 });
  expect(await nameOf(application)).toBeUndefined();
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { sampleCalendar, sampleOffices } from '@satu-atap/domain/testing';
import { EmbeddedEventStore, ServiceCatalogue } from '@satu-atap/event-store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { satuAtap } from '../end-to-end/processes.ts';
import { startEngine, type Engine } from '../engine.ts';
import { RemoteEngine } from '../remote-engine.ts';
import { readSettings } from '../settings.ts';
import { publishFiles, publishThrough } from './publish.ts';
import { endThrough, type Ending } from './service-life.ts';

const shipped = join(import.meta.dirname, '../../../../services/disnaker/ak-1.yaml');
const service = 'disnaker.ak-1';
const reason = { id: 'Tidak lagi diperlukan', en: 'Not needed any more' };
const retire: Ending = {
  type: 'retire',
  data: { from: '2026-01-01', reason, legalBasis: 'Perwali 7/2026' },
};
const withdraw: Ending = {
  type: 'withdraw',
  data: { version: 1, reason: { id: 'Salah biaya', en: 'Wrong \u001b[31mfee' } },
};

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'satu-atap-service-life-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('with access to the store', () => {
  test('a service is retired and reinstated, a version withdrawn and published again', async () => {
    const data = join(folder, 'direct');
    const eventStore = { file: join(data, 'events.sqlite') };
    await publishFiles([shipped], { data, eventStore }, () => undefined);
    const words = ['--reason', reason.id, '--reason-en', reason.en, '--by', 'kepala-dinas'];
    const run = (...args: string[]) => satuAtap(...args, ...words, '--data', data);

    const ending = ['--from', '2027-01-01', '--legal-basis', 'Perwali 7/2026'];
    expect(await run('retire', service, ...ending)).toMatchObject({
      code: 0,
      stdout: 'disnaker.ak-1  takes no new applications from 2027-01-01 on\n',
    });
    expect((await run('reinstate', service)).stdout).toContain('begin under version 1');
    expect((await run('withdraw', service, '1')).stdout).toContain('no version is in force');
    expect(await run('withdraw', service, '2')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('refused: The service "disnaker.ak-1" has no version 2.'),
    });

    const lines: string[] = [];
    const publish = (again: boolean) =>
      publishFiles([shipped], { data, eventStore }, (line) => lines.push(line), again);
    expect(await publish(false)).toBe(false);
    expect(lines.at(-1)).toContain('refused: This is the content of version 1');
    expect(await publish(true)).toBe(true);
    expect(lines.at(-1)).toMatch(/version 2 .* new$/);

    const store = new EmbeddedEventStore(eventStore);
    const standing = await new ServiceCatalogue(store).standing(service);
    await store.close();
    expect(standing?.service.versions).toMatchObject([{ withdrawn: { reason } }, { version: 2 }]);
  }, 60_000);

  test('what cannot be recorded is said, and needs to be ordered by somebody', async () => {
    const words = ['--reason', reason.id, '--reason-en', reason.en];
    const ending = ['--from', 'tomorrow', '--legal-basis', 'x'];
    expect((await satuAtap('retire', service, ...words, ...ending)).stderr).toContain('from:');
    expect((await satuAtap('reinstate', service, ...words)).stderr).toContain('Say with --by');
    expect((await satuAtap('reinstate', '../x', ...words)).stderr).toContain('is no service');
  }, 60_000);
});

describe('through a running engine, with a token', () => {
  let engine: Engine;
  beforeAll(async () => {
    const env = {
      SATU_ATAP_DATA: join(folder, 'engine'),
      SATU_ATAP_PORT: '0',
      SATU_ATAP_DEMO: 'true',
      SATU_ATAP_LOG_LEVEL: 'silent',
    };
    const log = pino({ level: 'silent' });
    const offices = [...sampleOffices.values()].map(({ definition }) => definition);
    const settings = readSettings(env);
    engine = await startEngine({ settings, offices, calendars: [sampleCalendar], log });
  });
  afterAll(() => engine.close());

  async function as(role: string, unit: string): Promise<RemoteEngine> {
    const person = { sub: `${role}.${unit}`, name: role, roles: [role], unit, expiresIn: 600 };
    return new RemoteEngine(engine.url, await engine.issuer?.token(person));
  }
  const lines: string[] = [];
  const print = (line: string) => void lines.push(line);

  test('an administrator of the unit publishes, retires and withdraws', async () => {
    const administrator = await as('unit-administrator', 'disnaker');
    expect(await publishThrough([shipped], administrator, print)).toBe(true);
    expect(lines.at(-1)).toMatch(/^disnaker\.ak-1 {2}version 1 {2}[0-9a-f]{64} {2}new$/);
    await publishThrough([shipped], administrator, print);
    expect(lines.at(-1)).toMatch(/ {2}unchanged$/);

    expect(await endThrough(service, retire, administrator, print)).toBe(true);
    expect(lines.at(-1)).toContain('takes no new applications from 2026-01-01 on');
    await publishThrough([shipped], administrator, print);
    expect(lines.at(-1)).toMatch(/reinstate opens it again/);
    await endThrough(service, { type: 'reinstate', data: { reason } }, administrator, print);
    expect(lines.at(-1)).toContain('begin under version 1');
    await endThrough(service, withdraw, administrator, print);
    expect(lines.at(-1)).toContain('no version is in force');
    await publishThrough([shipped], administrator, print);
    expect(lines.at(-1)).toContain(String.raw`Wrong \u001b[31mfee.`);
    expect(await publishThrough([shipped], administrator, print, true)).toBe(true);
    const standing = await engine.services.standing(service);
    expect(standing?.service.versions.map(({ version }) => version)).toEqual([1, 2]);
  });

  test('anybody else is told why not', async () => {
    expect(await publishThrough([shipped], await as('front-desk', 'disnaker'), print)).toBe(false);
    expect(lines.at(-1)).toContain('refused: This is only for the roles: unit-administrator');
    const other = await as('unit-administrator', 'dpmptsp');
    expect(await endThrough(service, retire, other, print)).toBe(false);
    expect(lines.at(-1)).toContain('refused: Officers of the unit "disnaker" take this action');
  });

  test('an engine that is not there, or a token that is missing, is said', async () => {
    expect(() => new RemoteEngine(engine.url, undefined)).toThrow('SATU_ATAP_TOKEN');
    expect(() => new RemoteEngine('localhost:8080', 'x')).toThrow('--api is');
    const nobody = new RemoteEngine('http://127.0.0.1:1', 'x');
    await expect(publishThrough([shipped], nobody, print)).rejects.toThrow('No engine answers at');
  });
});

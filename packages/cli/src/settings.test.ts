import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readSettings, SettingsError } from './settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'satu-atap-settings-'));
afterAll(() => rmSync(folder, { recursive: true }));

const eventStore = 'esdb://engine:secret@n1:2113,n2:2113?tlsCAFile=/run/ca.crt';
const readModels = 'postgres://engine:secret@db/satu_atap';

describe('where the events and the read models are', () => {
  it('is the data folder, unless something else is said', () => {
    expect(readSettings({ SATU_ATAP_DATA: '/srv/data' })).toMatchObject({
      eventStore: { file: '/srv/data/events.sqlite' },
      readModels: { folder: '/srv/data' },
    });
  });

  it('is what the environment names', () => {
    const env = { SATU_ATAP_EVENT_STORE: eventStore, SATU_ATAP_READ_MODELS: readModels };
    expect(readSettings(env)).toMatchObject({
      eventStore: { connectionString: eventStore },
      readModels: { postgres: readModels },
    });
  });

  it('is what the flags say, whatever the environment names', () => {
    const env = { SATU_ATAP_EVENT_STORE: 'esdb://elsewhere' };
    expect(readSettings(env, { eventStore }).eventStore).toEqual({ connectionString: eventStore });
  });

  it('is what a file holds, for it holds a password', () => {
    const file = join(folder, 'event-store');
    writeFileSync(file, `${eventStore}\n`);
    expect(readSettings({ SATU_ATAP_EVENT_STORE_FILE: file }).eventStore).toEqual({
      connectionString: eventStore,
    });
  });

  it('is not set by a variable that is empty', () => {
    expect(readSettings({ SATU_ATAP_EVENT_STORE: '' }).eventStore).toHaveProperty('file');
  });
});

describe('the key that signs the log', () => {
  const mayBeMade = (env: NodeJS.ProcessEnv) => readSettings(env).integrity.key.mayCreate;

  it('is made where one process alone has the log: in the data folder, or as a demonstration', () => {
    expect(mayBeMade({})).toBe(true);
    expect(mayBeMade({ SATU_ATAP_EVENT_STORE: eventStore, SATU_ATAP_DEMO: 'true' })).toBe(true);
    expect(mayBeMade({ SATU_ATAP_EVENT_STORE: eventStore })).toBe(false);
  });

  it('is never made where one is named', () => {
    const key = { SATU_ATAP_SIGNING_KEY_FILE: '/run/secrets/log-signing' };
    expect(mayBeMade({ ...key, SATU_ATAP_DEMO: 'true' })).toBe(false);
    expect(readSettings(key).integrity.key.file).toBe('/run/secrets/log-signing');
  });
});

describe('settings that cannot be used are refused by name, with the rule, and no secret', () => {
  it.each([
    [{ SATU_ATAP_EVENT_STORE: 'http://user:secret@db' }, /^SATU_ATAP_EVENT_STORE .*esdb:\/\//],
    [{ SATU_ATAP_EVENT_STORE: 'esdb://user:secret@db?tsl=1' }, /"tsl" is no option/],
    [{ SATU_ATAP_READ_MODELS: 'mysql://user:secret@db/x' }, /^SATU_ATAP_READ_MODELS .*postgres:/],
    [{ SATU_ATAP_READ_MODELS: 'postgres://user:secret@db' }, /host\[:port\]\/database/],
    [{ SATU_ATAP_READ_MODELS_FILE: '/nowhere' }, /_FILE: \/nowhere cannot be read \(ENOENT\)/],
    [
      { SATU_ATAP_READ_MODELS: readModels, SATU_ATAP_READ_MODELS_FILE: '/run/secret' },
      /both set: keep one/,
    ],
    [{ SATU_ATAP_SMTP: 'smtp://mail' }, /^SATU_ATAP_SMTP_FROM is not set/],
    [
      { SATU_ATAP_SMTP: 'http://user:secret@mail', SATU_ATAP_SMTP_FROM: 'mpp@example.go.id' },
      /^SATU_ATAP_SMTP cannot be used: it is smtps:/,
    ],
    [{ SATU_ATAP_ONLY: 'everything' }, /SATU_ATAP_ONLY/],
    [{ SATU_ATAP_ONLY: 'api' }, /^The api alone needs stores that other processes reach/],
    [{ SATU_ATAP_ONLY: 'api', SATU_ATAP_EVENT_STORE: eventStore }, /other processes reach/],
  ])('%j', (env, message) => {
    expect(() => readSettings(env)).toThrow(SettingsError);
    expect(() => readSettings(env)).toThrow(message);
    expect(() => readSettings(env)).toThrow(/^(?!.*secret@)/s);
  });

  it('a demonstration of one part', () => {
    const env = {
      SATU_ATAP_ONLY: 'workers',
      SATU_ATAP_EVENT_STORE: eventStore,
      SATU_ATAP_READ_MODELS: readModels,
    };
    expect(readSettings(env).only).toBe('workers');
    expect(() => readSettings(env, { demo: true })).toThrow('A demonstration runs in one process');
  });
});

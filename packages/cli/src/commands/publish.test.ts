import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CalendarCatalogue, EmbeddedEventStore, ServiceCatalogue } from '@satu-atap/event-store';
import { publishFiles } from './publish.ts';

const shipped = join(import.meta.dirname, '../../../../services/disnaker/ak-1.yaml');
let folder = '';
let data = '';
let file = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'satu-atap-publish-'));
  data = join(folder, 'data');
  file = join(folder, 'ak-1.yaml');
  await cp(shipped, file);
});
afterEach(() => rm(folder, { recursive: true }));

async function publish(...paths: string[]) {
  const lines: string[] = [];
  const published = await publishFiles(
    paths,
    { data, eventStore: { file: join(data, 'events.sqlite') } },
    (line) => lines.push(line),
  );
  return { published, lines };
}

async function change(from: string, to: string): Promise<void> {
  await writeFile(file, (await readFile(file, 'utf8')).replace(from, to));
}

test('the first publication is version 1, the same content again is not another', async () => {
  expect(await publish(file)).toEqual({
    published: true,
    lines: [
      '1 definition, no problems',
      expect.stringMatching(/^disnaker\.ak-1 {2}version 1 {2}[0-9a-f]{64} {2}new$/),
    ],
  });
  expect((await publish(file)).lines.at(-1)).toMatch(/ {2}version 1 .* {2}unchanged$/);
});

test('a change is the next version', async () => {
  await publish(file);
  await change('amount: 15', 'amount: 20');
  expect((await publish(file)).lines.at(-1)).toMatch(/ {2}version 2 .* {2}new$/);
});

test('what is not sound is not published, and nothing that comes with it', async () => {
  await change('initial: preparing', 'initial: preparation');
  const { published, lines } = await publish(file, shipped.replace('disnaker/ak-1', 'polres/skck'));
  expect(published).toBe(false);
  expect(lines.at(-1)).toBe('nothing is published');
  expect(existsSync(data)).toBe(false);
});

test('a calendar is published in versions, and the store keeps each', async () => {
  const calendar = join(folder, 'calendar.yaml');
  await cp(join(import.meta.dirname, '../../../../calendars/indonesia-2024-2026.yaml'), calendar);
  expect((await publish(calendar)).lines.at(-1)).toMatch(/^indonesia {2}version 1 .* {2}new$/);
  expect((await publish(calendar)).lines.at(-1)).toMatch(/ {2}version 1 .* {2}unchanged$/);
  const text = await readFile(calendar, 'utf8');
  await writeFile(calendar, `${text}\n  - { date: '2026-12-28', name: Cuti bersama tambahan }\n`);
  expect((await publish(calendar)).lines.at(-1)).toMatch(/ {2}version 2 .* {2}new$/);
  const store = new EmbeddedEventStore({ file: join(data, 'events.sqlite') });
  const calendars = new CalendarCatalogue(store);
  await calendars.refresh(['indonesia']);
  expect(calendars.book.get('indonesia')?.map(({ version }) => version)).toEqual([1, 2]);
  await store.close();
});

test('offices are no services', async () => {
  const office = join(import.meta.dirname, '../../../../offices/mpp-jakarta.yaml');
  expect(await publish(office)).toMatchObject({ published: false });
});

test('a store that a server has open takes it, and the server sees it', async () => {
  await publish(file);
  const server = new EmbeddedEventStore({ file: join(data, 'events.sqlite') });
  const catalogue = new ServiceCatalogue(server);
  expect((await catalogue.newest('disnaker.ak-1'))?.version).toBe(1);
  await change('amount: 15', 'amount: 20');
  await publish(file);
  expect((await catalogue.newest('disnaker.ak-1'))?.definition.standard.time.amount).toBe(20);
  await server.close();
});

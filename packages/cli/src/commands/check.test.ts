import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkFiles } from './check.ts';

const root = join(import.meta.dirname, '../../../..');
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'satu-atap-check-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function check(...paths: string[]) {
  const lines: string[] = [];
  const { sound } = await checkFiles(paths, (line) => lines.push(line));
  return { sound, lines };
}

test('sound definitions are counted, whatever they define', async () => {
  const { sound, lines } = await check(
    join(root, 'services'),
    join(root, 'offices'),
    join(root, 'calendars'),
  );
  expect(sound).toBe(true);
  expect(lines).toEqual([expect.stringMatching(/^\d+ definitions, no problems$/)]);
});

test('a problem is printed with its file, line and column, and the check fails', async () => {
  const file = join(folder, 'office.yaml');
  await writeFile(file, 'id: mpp\ntitle: { id: A, en: A }\ntimeZone: Asia/Jakarta\ncalender: c\n');
  expect(await check(file)).toEqual({
    sound: false,
    lines: [
      `${file}:1:1  calendar: is missing: a text`,
      `${file}:4:1  calender: is no known key here; did you mean "calendar"?`,
      '2 errors in 1 of 1 definition',
    ],
  });
});

test('a path without definitions fails the check', async () => {
  const nowhere = join(folder, 'nowhere');
  expect(await check(nowhere)).toEqual({
    sound: false,
    lines: [`${nowhere}: no YAML file there`],
  });
});

test('two services whose documents could bear the same number are told', async () => {
  const of = (name: string, number: string) =>
    writeFile(
      join(folder, `${name}.yaml`),
      `id: unit.${name}
kind: permit
title: { id: Izin, en: Permit }
unit: unit
standard: { time: { amount: 5, unit: working-days } }
outputs:
  permit: { title: { id: Izin, en: Permit }, number: '${number}' }
workflow:
  initial: open
  states:
    open: { on: { grant: { roles: [head], issues: [permit], target: granted } } }
    granted: { type: final, outcome: granted }
`,
    );
  await of('one', '503/{sequence:4}/{year}');
  await of('two', '503/{sequence:3}/{year}');
  await of('three', '503/{sequence:3}/{service}/{year}');
  const paths = ['one', 'two', 'three'].map((name) => join(folder, `${name}.yaml`));
  expect(await check(...paths)).toEqual({
    sound: true,
    lines: [
      `${paths[1]}:1:1  warning: outputs.permit.number: could be that of another service, too (unit.one: permit): 503/1/1111`,
      '3 definitions, no errors, 1 warning',
    ],
  });
});

test('a file named twice is checked once', async () => {
  const path = join(root, 'services/disnaker');
  expect((await check(path, join(path, 'ak-1.yaml'))).lines).toEqual(['1 definition, no problems']);
});

test('an office offers what there is, among the files or in the folder of services', async () => {
  const file = join(folder, 'mall.yaml');
  const service = join(root, 'services/disnaker/ak-1.yaml');
  const identity = 'id: mpp\ntitle: { id: A, en: A }\ntimeZone: Asia/Jakarta\ncalendar: c\n';
  await writeFile(file, `${identity}offers:\n  units: [disnakr]\n  except: [disnaker.ak-1]\n`);
  const checked = async (services: string, ...more: string[]) => {
    const lines: string[] = [];
    await checkFiles([file, ...more], (line) => lines.push(line), services);
    return lines;
  };
  const expected = [
    `${file}:6:11  offers.units.0: "disnakr" is no unit; did you mean "disnaker"? (known: disnaker)`,
    `${file}:7:12  warning: offers.except.0: "disnaker.ak-1" is not offered anyway; leave it out`,
  ];
  const nowhere = join(folder, 'nothing');
  expect((await checked(nowhere, service)).slice(0, 2)).toEqual(expected);
  expect((await checked(join(root, 'services/disnaker'))).slice(0, 2)).toEqual(expected);
  expect(await checked(nowhere)).toEqual(['1 definition, no problems']);
});

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  readAny,
  readCalendars,
  readOffices,
  readService,
  readServices,
} from './definition-file.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'satu-atap-definitions-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return path;
}

/** What is wrong with a service definition of this text, each as `line:column path message`. */
async function problemsOf(content: string | Uint8Array): Promise<string[]> {
  const { problems } = await readService(await file('service.yaml', content));
  return problems.map(({ line, column, path, message }) =>
    [`${line}:${column}`, path.join('.'), message].filter(Boolean).join(' '),
  );
}

const sound = `id: unit.service
kind: permit
title: { id: Izin, en: Permit }
unit: unit
standard:
  time: { amount: 1, unit: working-days }
workflow:
  initial: open
  states:
    open:
      on:
        close: { roles: [officer], target: closed }
    closed: { type: final }
`;

describe('a service definition in a file', () => {
  test('is read with its defaults filled in', async () => {
    const path = await file('service.yaml', sound);
    const { found, problems } = await readService(path);
    expect(problems).toEqual([]);
    expect(found).toMatchObject([
      {
        file: path,
        definition: { id: 'unit.service', fee: { kind: 'free' }, submittedBy: ['applicant'] },
      },
    ]);
  });

  test('has every problem placed on its line, wherever it is', async () => {
    const wrong = sound
      .replace('kind: permit', 'kind: licence')
      .replace('amount: 1', 'amount: nought')
      .replace('target: closed', 'targets: closed')
      .replace('    open:\n', '    open:\n      after: 3\n');
    expect(await problemsOf(wrong)).toEqual([
      '2:1 kind must be permit or non-permit, not "licence"',
      '6:11 standard.time.amount must be a number, not "nought"',
      expect.stringMatching(
        /^11:7 workflow\.states\.open\.after is not allowed: deadlines are never/,
      ),
      '13:36 workflow.states.open.on.close.targets is no known key here; did you mean "target"?',
    ]);
  });

  test('has what is missing placed on what it is missing from', async () => {
    expect(await problemsOf(sound.replace(', en: Permit', ''))).toEqual([
      '3:1 title.en is missing: a text',
    ]);
  });

  test('has problems of its meaning placed too, in aliases as well', async () => {
    const aliased = sound.replace(
      'close: { roles: [officer], target: closed }',
      'close: &way { roles: [officer], target: gone }\n        shut: *way',
    );
    expect(await problemsOf(aliased)).toEqual([
      expect.stringMatching(/^12:41 workflow\.states\.open\.on\.close\.target "gone" is no state/),
      expect.stringMatching(/^12:41 workflow\.states\.open\.on\.shut\.target "gone" is no state/),
    ]);
  });

  test('may carry warnings and still be found', async () => {
    const paying = sound.replace('target: closed', 'target: closed, guard: { name: fee-paid }');
    const { found, problems } = await readService(await file('service.yaml', paying));
    expect(found).toHaveLength(1);
    expect(problems).toMatchObject([{ severity: 'warning', line: 12 }]);
  });
});

describe('a template in a file', () => {
  const templated = `${sound.slice(0, sound.indexOf('workflow:'))}workflow:
  template: standard-flow
  stages: [verification, decision]
`;

  test('is laid out before anything else sees it', async () => {
    const { found } = await readAny(await file('service.yaml', templated));
    const [{ definition } = { definition: undefined }] = found;
    expect(definition?.definition).toMatchObject({
      workflow: { initial: 'preparing', states: { decision: {}, verification: {} } },
    });
    expect(definition?.definition).not.toHaveProperty('workflow.template');
  });

  test('has its problems where the file says what is wrong, or nearest to', async () => {
    const states = '  states:\n    decision:\n      on:\n        approve: { target: isuing }\n';
    expect(await problemsOf(templated + states)).toEqual([
      expect.stringMatching(
        /^13:20 workflow\.states\.decision\.on\.approve\.target "isuing" is no/,
      ),
    ]);
    const gone = '  states:\n    decision: null\n';
    expect(await problemsOf(templated + gone)).toContainEqual(
      expect.stringMatching(
        /^10:3 workflow\.states\.verification\.on\.verify\.target "decision" is no/,
      ),
    );
    expect(await problemsOf(templated.replace('standard-flow', 'standard'))).toEqual([
      '8:3 workflow.template must be standard-flow or counter-flow or revocation-flow, not "standard"',
    ]);
  });
});

describe('YAML that is refused', () => {
  test('what is no YAML, at the place where it ends to be', async () => {
    expect(await problemsOf('id: [unit\nkind: }')).toContainEqual(expect.stringMatching(/^2:\d+ /));
  });

  test('a key that is there twice, beside everything else that is wrong', async () => {
    expect(await problemsOf(`${sound}kind: permit\ncolour: red\n`)).toEqual([
      '14:1 is here a second time; keep one of them',
      '15:1 colour is no known key here',
    ]);
  });

  test('a key that would reach into JavaScript', async () => {
    const [problem] = await problemsOf(
      sound.replace('    closed:', '    __proto__: {}\n    closed:'),
    );
    expect(problem).toBe('13:5 `__proto__` is not allowed as a key');
    expect(await problemsOf(`${sound}__proto__: {}\n`)).toHaveLength(1);
    expect(await problemsOf(sound.replaceAll('closed', 'constructor'))).toContainEqual(
      expect.stringContaining('as a name is a name that JavaScript objects inherit'),
    );
  });

  test('custom tags', async () => {
    expect(await problemsOf(sound.replace('kind: permit', 'kind: !env KIND'))).toContain(
      '2:7 custom tags (`!…`) are not allowed',
    );
  });

  test('aliases that would grow without bound', async () => {
    const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 9; level++) {
      const nine = Array.from({ length: 9 }, () => `*a${level - 1}`).join(', ');
      bomb.push(`a${level}: &a${level} [${nine}]`);
    }
    expect(await problemsOf(bomb.join('\n'))).toEqual([
      '1:1 repeats parts by alias more than 100 times; write them out',
    ]);
  });

  test('an older YAML, in which `on` is true', async () => {
    expect(await problemsOf(`%YAML 1.1\n---\n${sound}`)).toContain(
      '1:1 is written in an older YAML, where `on` means true; use 1.2',
    );
  });

  test('several documents, an empty one, and keys that are no texts', async () => {
    expect(await problemsOf(`${sound}---\n${sound}`)).toEqual([
      expect.stringContaining('a second document begins here'),
    ]);
    expect(await problemsOf('')).toEqual(['1:1 is empty']);
    expect(await problemsOf('# nothing\n')).toEqual(['1:1 is empty']);
    expect(await problemsOf(`${sound}[a]: b\n`)).toContain('14:1 keys must be plain texts');
  });

  test('nesting beyond reason', async () => {
    const tooDeep = [expect.stringMatching(/^1:\d+ is nested too deep$/)];
    expect(await problemsOf('['.repeat(50_000))).toEqual(tooDeep);
    expect(await problemsOf(`${'{a: '.repeat(20_000)}1${'}'.repeat(20_000)}`)).toEqual(tooDeep);
  });

  test('more than a mebibyte, and bytes that are no text', async () => {
    expect(await problemsOf(`# ${'x'.repeat(1024 * 1024)}`)).toEqual([
      '1:1 is larger than 1024 KiB: that is no definition',
    ]);
    expect(await problemsOf(Uint8Array.of(0x69, 0x64, 0x3a, 0xff))).toEqual([
      '1:1 is not text in UTF-8',
    ]);
  });

  test.each(['7', 'text', '[1, 2]', 'null'])('a document that is no map: %s', async (text) => {
    expect(await problemsOf(text)).toHaveLength(1);
  });
});

describe('folders', () => {
  test('of services: every file below, in the folder of its unit, each id once', async () => {
    await file('services/unit/service.yaml', sound);
    await file('services/unit/again.yml', sound);
    await file('services/elsewhere/other.yaml', sound.replace('unit.service', 'unit.other'));
    await file('services/README.md', 'not a definition');
    const { found, problems } = await readServices(join(folder, 'services'));
    expect(found).toHaveLength(3);
    expect(problems.map(({ message }) => message)).toEqual([
      `"unit.service" is defined in ${join(folder, 'services/unit/again.yml')} too`,
      'is of the unit "unit" but lies in the folder of "elsewhere"',
    ]);
  });

  test('of offices and of calendars', async () => {
    await file(
      'offices/a.yaml',
      'id: a\ntitle: { id: A, en: A }\ntimeZone: Asia/Tokyo\ncalendar: c\n',
    );
    await file(
      'calendars/c.yaml',
      "id: c\ntitle: C\nweek: { monday: [['09:00', '08:00']] }\nholidays: [{ date: 2026-02-30, name: X }]\n",
    );
    expect((await readOffices(join(folder, 'offices'))).problems).toMatchObject([
      {
        line: 3,
        path: ['timeZone'],
        message: expect.stringContaining('Asia/Jakarta or Asia/Makassar'),
      },
    ]);
    expect((await readCalendars(join(folder, 'calendars'))).problems).toMatchObject([
      { line: 3, path: ['week', 'monday'] },
      { line: 4, path: ['holidays', 0, 'date'] },
    ]);
  });

  test('what a file defines, its keys tell', async () => {
    const week = "week: { monday: [['07:30', '12:00']] }";
    const calendar = await file('any.yaml', `id: c\ntitle: C\n${week}\nholidays: []\n`);
    expect((await readAny(calendar)).found).toMatchObject([{ definition: { kind: 'calendar' } }]);
    const service = await file('any.yaml', sound);
    expect((await readAny(service)).found).toMatchObject([{ definition: { kind: 'service' } }]);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseDefinition } from '@satu-atap/domain';
import { clean } from './digit-fields.ts';
import { kebabCase } from './digit-names.ts';
import { wallClock } from './digit-time.ts';
import {
  importDigit,
  type DigitImport,
  type ImportedService,
  type RefusedService,
} from './import-digit.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Step = { action: string; nextState: string | null; roles: Json; [more: string]: Json };
type Place = { state: string | null; actions: Step[]; [more: string]: Json };
type Service = { businessService: string; states: Place[]; [more: string]: Json };

const names = fc.constantFrom(
  'APPLIED',
  'Applied',
  'FIELD_INSPECTION',
  'Pending / Approval',
  'पेंडिंग',
  'Vérifié',
  '42',
  'constructor',
  'start',
  '2f3a6c1e-6a3f-4b0c-9a56-0c8f5b7f2d11',
  'quote " and \\ slash',
  "it's // no comment",
  '{brackets]',
);
const roles = fc.uniqueArray(
  fc.constantFrom('CITIZEN', 'TL_CEMP', 'tl-cemp', 'SYSTEM', 'अधिकारी', 'A/B'),
  { minLength: 1, maxLength: 3 },
);
const times = fc.constantFrom<Json>(null, 0, '', 3_600_000, '172800000', 5_184_000_001);

/** A workflow in which every state leads on to the next, and some back or ahead. */
const services = fc
  .record({
    states: fc.uniqueArray(names, { minLength: 2, maxLength: 6 }),
    extra: fc.array(fc.tuple(fc.nat(5), fc.nat(5), names, roles), { maxLength: 6 }),
    way: fc.array(fc.tuple(names, roles), { minLength: 7, maxLength: 7 }),
    slas: fc.array(times, { minLength: 7, maxLength: 7 }),
    service: fc.constantFrom('NewTL', 'PT.CREATE', 'izin', 'Ω'),
  })
  .map(({ states, extra, way, slas, service }): Service => {
    const all: (string | null)[] = [null, ...states];
    const places = all.map((state, index): Place => {
      const [action, by] = way[index] ?? ['GO', ['CLERK']];
      const next = all[index + 1];
      const on = typeof next === 'string' ? [{ action, nextState: next, roles: by }] : [];
      const sla = slas[index] ?? null;
      return {
        state,
        sla,
        isStartState: index === 0,
        isTerminateState: on.length === 0,
        actions: on,
      };
    });
    for (const [from, to, action, by] of extra) {
      const place = places[from];
      const target = all[to + 1];
      if (!place || place.actions.length === 0 || typeof target !== 'string') continue;
      place.actions.push({ action: `${action} ${to}`, nextState: target, roles: by });
    }
    return {
      tenantId: 'pb',
      businessService: service,
      business: 'tl',
      businessServiceSla: 172_800_000,
      states: places,
    };
  });

/** What people put around a list of services, or do to its writing. */
const wrappings: Record<string, (list: Service[]) => string> = {
  request: (list) =>
    JSON.stringify({ RequestInfo: { ts: 1 }, BusinessServices: list }, undefined, 2),
  'a list': (list) => JSON.stringify(list, undefined, '\t'),
  'another key, deep down': (list) =>
    JSON.stringify({ MdmsRes: { Workflow: { data: [{ list }] } } }),
  'an object of services': (list) =>
    JSON.stringify(Object.fromEntries(list.map((one, index) => [`s${index}`, one]))),
  'a key without braces': (list) => `"BusinessServices": ${JSON.stringify(list)}\n`,
  'a document each': (list) => list.map((one) => JSON.stringify(one)).join('\n\n'),
  'a curl command': (list) =>
    `curl -X POST http://x/_create -H 'Accept: */*' --data-raw '${JSON.stringify({ BusinessServices: list }).replaceAll("'", "'\\''")}'`,
  'a curl command in double quotes': (list) =>
    `curl http://x -d ${JSON.stringify(JSON.stringify(list))}`,
  'lines in double quotes': (list) =>
    `curl http://x -d "${JSON.stringify(list, undefined, 1).replaceAll(/[\\"$]/g, (one) => `\\${one}`)}"`,
  'a collection of requests': (list) =>
    JSON.stringify({
      item: [{ request: { body: { raw: JSON.stringify({ BusinessServices: list }) } } }],
    }),
  'a page': (list) =>
    `# How it's done: [see (5" pipe {here\n\n\`\`\`json\n${JSON.stringify(list, undefined, 2)}\n\`\`\`\n}`,
  'a page in HTML': (list) =>
    `<pre>${JSON.stringify(list).replaceAll('&', '&amp;').replaceAll('"', '&quot;')}</pre>`,
  'a placeholder': (list) =>
    `{ "userInfo": {{adduserInfo}}, "BusinessServices": ${JSON.stringify(list)} }`,
  comments: (list) =>
    `\uFEFF// for "you" {\n${JSON.stringify({ BusinessServices: list }, undefined, 2).replaceAll(/,$/gm, ', /* "x": [ */ // y {')}`,
  'spare commas': (list) =>
    JSON.stringify(list, undefined, 2).replaceAll(/(?<=[}\]"0-9el])\n(?=\s*[}\]])/g, ',\n'),
  'a module': (list) => `export const workflow = ${JSON.stringify(list)};\r\n`,
};

function servicesOf(result: DigitImport): (ImportedService | RefusedService)[] {
  return 'reason' in result ? [] : result.services;
}

/** What became of each service, whatever its lines. */
function outcomes(text: string): unknown[] {
  return servicesOf(importDigit(text, 'x')).map((one): unknown =>
    'faults' in one ? one.faults.map(({ message }) => message) : parse(one.yaml),
  );
}

describe('wrapped in whatever people wrap it in', () => {
  test.each(Object.entries(wrappings))('%s', (_, wrap) => {
    fc.assert(
      fc.property(fc.array(services, { minLength: 1, maxLength: 3 }), (list) => {
        const plain = outcomes(JSON.stringify({ BusinessServices: list }));
        expect(plain).toHaveLength(list.length);
        expect(outcomes(wrap(list))).toEqual(plain);
      }),
      { numRuns: 15 },
    );
  });
});

/** Changes a part of a service into something that people, or programs, write there. */
const oddities: ((place: Place, step: Step | undefined, random: number) => void)[] = [
  (place) => (place['isTerminateState'] = !place['isTerminateState']),
  (place) => (place['isStartState'] = true),
  (place) => (place.state = place.state === null ? '' : ` ${place.state} `),
  (place) => (place.state = null),
  (place) => (place['sla'] = 'soon'),
  (place) => (place['sla'] = 3),
  (place) => (place['sla'] = '2 days'),
  (place) => (place['sla'] = -1),
  (place) => (place['sla'] = { days: 2 }),
  (place) => (place['sla'] = 1e17),
  (place) => (place['isStartState'] = 'maybe'),
  (place) => (place['applicationStatus'] = ['x']),
  (place) => (place['__proto__x'] = { polluted: true }),
  (place) => (place.actions = [place.actions, place.actions].flat()),
  (place) => (place.actions = null as unknown as Step[]),
  (place) => (place.actions = {} as unknown as Step[]),
  (place) => (place.actions = [place.actions, 'SUBMIT' as unknown as Step].flat()),
  (place) => (place.state = 'x'.repeat(300)),
  (place) => (place.state = 'bell\u0007\u001B[31m'),
  (_, step) => step && (step.roles = (step.roles as string[]).join(',')),
  (_, step) => step && (step.roles = (step.roles as string[]).map((code) => ({ code }))),
  (_, step) => step && (step.roles = ['*']),
  (_, step) => step && (step.roles = []),
  (_, step) => step && (step.roles = null),
  (_, step) => step && (step.nextState = null),
  (_, step) => step && (step.nextState = 'NOWHERE'),
  (_, step) => step && (step.nextState = step.nextState?.toLowerCase() ?? null),
  (_, step) => step && (step['currentState'] = 'ELSEWHERE'),
  (_, step) => step && (step['active'] = false),
  (_, step) => step && (step.action = ''),
  (_, step) => step && (step.action = 'भेजें'),
];

const odd = fc
  .tuple(
    services,
    fc.array(fc.tuple(fc.nat(), fc.nat(), fc.constantFrom(...oddities)), { maxLength: 4 }),
  )
  .map(([service, changes]) => {
    for (const [which, step, change] of changes) {
      const place = service.states[which % service.states.length];
      if (!place) continue;
      const steps = Array.isArray(place.actions) ? place.actions : [];
      const at = steps[step % (steps.length || 1)];
      change(place, typeof at === 'object' && Array.isArray(at.roles) ? at : undefined, which);
    }
    return service;
  });

/** States, actions, roles and times of a service as it is written. */
function partsOf({ states }: Service): { names: string[]; times: number[] } {
  const steps = states.flatMap(({ actions }) => (Array.isArray(actions) ? actions : []));
  const found = [
    ...states.map(({ state }) => state),
    ...steps.map(({ action }) => action),
    ...steps.flatMap(({ roles: by }) => (Array.isArray(by) ? by : [])),
  ];
  return {
    names: found
      .filter((one) => typeof one === 'string')
      .map(clean)
      .filter((one) => one !== '' && one !== '*'),
    times: states.flatMap(({ sla }) => (Number(sla) > 366 ? [Number(sla)] : [])),
  };
}

/** What is wrong with what became of a service; nothing, mostly. */
function complaints(one: ImportedService | RefusedService, text: string): string[] {
  if ('faults' in one) {
    const lines = text.split('\n').length;
    const unclear = one.faults.filter(
      ({ line, message }) =>
        line < 1 ||
        line > lines ||
        !/[a-z]{3}.*[;:,] .{3}/.test(message) ||
        /\p{Cc}|\[object/u.test(message),
    );
    return one.faults.length === 0
      ? ['refused without a word']
      : unclear.map(({ message }) => message);
  }
  const { definition, problems } = parseDefinition(parse(one.yaml));
  const said = [...one.report.decided, ...one.report.notCarried];
  return [
    // Real files may promise more in their steps than in all: that is a warning.
    ...problems.flatMap(({ message, severity }) => (severity === 'error' ? message : [])),
    ...(definition?.id === one.id ? [] : ['another id']),
    ...said.filter((sentence, index) => said.indexOf(sentence) !== index),
    ...(/(?!\n)\p{Cc}/u.test(one.yaml) ? ['control characters'] : []),
  ];
}

/** States, actions, roles and times of the file that are neither in the definition nor reported. */
function lost(one: ImportedService, service: Service): string[] {
  const yaml = one.yaml.replaceAll(/\n *#/g, ' ').replaceAll(/\s+/g, ' ');
  const said = [yaml, ...one.report.decided, ...one.report.notCarried].join(' ');
  const parts = partsOf(service);
  return [
    ...parts.names.filter((name) => {
      const here = name.toUpperCase() === 'CITIZEN' ? 'applicant' : kebabCase(name);
      return !said.includes(name) && (here === '' || !said.includes(here));
    }),
    ...parts.times
      .filter((time) => !said.includes(`amount: ${wallClock(time).duration.amount},`))
      .map(String)
      .filter((time) => !said.includes(time)),
  ];
}

test('whatever is odd in it, it ends in a sound definition or in refusals with their lines, and nothing is lost', () => {
  fc.assert(
    fc.property(odd, fc.constantFrom(...Object.values(wrappings)), (service, wrap) => {
      const text = wrap([service]);
      const results = servicesOf(importDigit(text, 'x'));
      expect(results).toHaveLength(1);
      expect(results.flatMap((one) => complaints(one, text))).toEqual([]);
      expect(results.flatMap((one) => ('faults' in one ? [] : lost(one, service)))).toEqual([]);
    }),
    { numRuns: 400 },
  );
});

test('nothing is refused that is sound, and much is imported that is odd', () => {
  const imported = (of: fc.Arbitrary<Service>) =>
    fc
      .sample(of, { numRuns: 200, seed: 1 })
      .flatMap((service) => servicesOf(importDigit(JSON.stringify(service), 'x')))
      .filter((one) => !('faults' in one)).length;
  expect(imported(services)).toBe(200);
  expect(imported(odd)).toBeGreaterThan(80);
});

test('a text that is broken anywhere is no fault of the program', () => {
  const pieces = ['', '"', '{', '}', '[', ']', ',', '\\', '/*', '//', '\n', '\0', '\uD800', ':'];
  fc.assert(
    fc.property(
      odd,
      fc.constantFrom(...Object.values(wrappings)),
      fc.nat(),
      fc.nat(30),
      fc.constantFrom(...pieces),
      (service, wrap, at, cut, put) => {
        const whole = wrap([service]);
        const from = at % whole.length;
        const text = whole.slice(0, from) + put + whole.slice(from + cut);
        const results = servicesOf(importDigit(text, 'x'));
        expect(results.flatMap((one) => complaints(one, text))).toEqual([]);
      },
    ),
    { numRuns: 300 },
  );
});

const large = 2 * 1024 * 1024;
const hostile: [string, string][] = [
  ['opening braces', '{'.repeat(large)],
  ['lists in lists', `{"businessService":"X","states":${'['.repeat(large / 2)}`],
  [
    'lists in lists that close',
    `{"businessService":"X","states":${'['.repeat(500_000)}${']'.repeat(500_000)}}`,
  ],
  ['brackets that do not match', '['.repeat(large / 2) + '}'.repeat(large / 2)],
  ['escaped quotes', `"${'\\"'.repeat(large / 2)}`],
  ['comments that do not end', '{/*'.repeat(large / 3)],
  ['services without states', '{"businessService":"X"},'.repeat(large / 24)],
  ['states without services', '{"states":1},'.repeat(large / 13)],
  ['a hundred thousand services', '{"businessService":"X","states":[]}'.repeat(large / 40)],
  [
    'a hundred thousand states',
    `{"businessService":"X","states":[${'{"state":"A"},'.repeat(100_000)}]}`,
  ],
  [
    'a hundred thousand roles',
    `{"businessService":"X","business":"b","states":[{"actions":[{"action":"A","nextState":"B","roles":[${Array.from({ length: 100_000 }, (_, index) => `"R${index}"`).join()}]}]},{"state":"B"}]}`,
  ],
  [
    'texts in texts',
    Array.from({ length: 12 }).reduce<string>(
      (inner) => JSON.stringify([inner]),
      '{"businessService":"X","states":[]}',
    ),
  ],
];

test.each(hostile)('%s are refused in words', (_, text) => {
  const result = importDigit(text, 'x');
  const refusals =
    'reason' in result
      ? [result.reason]
      : result.services.map((one) => 'faults' in one && one.faults[0]?.message);
  expect(refusals.length).toBeGreaterThan(0);
  for (const refusal of refusals) expect(refusal).toMatch(/[a-z]{3}/);
});

test('keys that objects have already change nothing but the report', () => {
  const service =
    '{"businessService":"X","business":"b","__proto__":{"polluted":1},"constructor":2,"states":[{"actions":[{"action":"A","nextState":"B","roles":["C"]}]},{"state":"B","actions":[{"action":"toString","nextState":"__proto__","roles":["__proto__"]}]},{"state":"__proto__","isTerminateState":true}]}';
  const result = importDigit(service, 'x');
  if ('reason' in result) throw new Error(result.reason);
  expect(result.services).toMatchObject([{ id: 'b.x' }]);
  expect(JSON.stringify(result)).toContain('The key __proto__ has no meaning here');
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});

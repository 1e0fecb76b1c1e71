const identity = `id: unit.service
kind: permit
title: { id: Izin, en: Permit }
unit: unit
standard:
  time: { amount: 1, unit: working-days }
form: { size: { type: integer, title: { id: Luas, en: Size } } }
`;
const workflow = `workflow:
  initial: open
  states:
    open:
      on:
        close: { roles: [officer], target: closed }
    closed: { type: final }
`;
const sound = identity + workflow;
const lines = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');
const withStates = (states: string) =>
  `${identity}workflow:\n  initial: s0\n  states:\n    end: { type: final }\n${states}`;
const withCondition = (expression: string) =>
  sound.replace(
    'target: closed',
    `target: closed, guard: { name: condition, expression: '${expression}' }`,
  );
const tenTurns = (inner: string) => `[1,2,3,4,5,6,7,8,9,10].all(x, ${inner})`;

const aliasBomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
for (let level = 1; level < 9; level++) {
  const nine = Array.from({ length: 9 }, () => `*a${level - 1}`).join(', ');
  aliasBomb.push(`a${level}: &a${level} [${nine}]`);
}

/** Definitions that would cost too much or do harm, each with what its refusal says. */
export const hostileDefinitions: Record<string, [content: string | Uint8Array, refusal: RegExp]> = {
  'an alias bomb': [aliasBomb.join('\n'), /repeats parts by alias more than 100 times/],
  'an alias that holds itself': [`${sound}x: &x [*x]\n`, /nested too deep/],
  'an alias of nothing': [`${sound}x: *nothing\n`, /an alias of something that is not there/],
  '30,000 anchors': [
    sound + lines(30_000, (index) => `k${index}: &a${index} 1`),
    /more than 100000 words and signs/,
  ],
  '100,000 states': [withStates(lines(100_000, (index) => `    s${index}: {}`)), /than 1024 KiB/],
  '12,000 states': [withStates(lines(12_000, (index) => `    s${index}: {}`)), /than 500 states/],
  '600 states that lead on by themselves, in a circle': [
    withStates(
      lines(600, (index) => `    s${index}: { always: { target: s${(index + 1) % 600} } }`),
    ),
    /more than 500 states/,
  ],
  '400 states that lead on by themselves, in a circle': [
    withStates(
      lines(400, (index) => `    s${index}: { always: { target: s${(index + 1) % 400} } }`),
    ),
    /leads back here without anybody acting|cannot be reached/,
  ],
  'a state that leads to itself': [
    withStates('    s0: { always: { target: s0 } }\n'),
    /leads back here without anybody acting/,
  ],
  '5,000 regions': [
    withStates(
      `    s0:\n      type: parallel\n      states:\n${lines(5_000, (index) => `        r${index}: {}`)}`,
    ),
    /more than 500 states/,
  ],
  'half a million brackets': ['['.repeat(500_000), /nested too deep/],
  '90,000 closing brackets': [']'.repeat(90_000), /closes what nothing opens/],
  '90,000 commas': [`[${','.repeat(90_000)}]`, /leave the comma out/],
  '40,000 directives': ['%X y\n'.repeat(40_000) + sound, /too many directives/],
  'a list in a list, 300,000 times': ['- '.repeat(300_000), /nested too deep/],
  'states 300 deep': [
    withStates(`    s0: ${'{ initial: s, states: { s: '.repeat(300)}{}${' } }'.repeat(300)}\n`),
    /nested too deep/,
  ],
  'guards 40 deep': [
    sound.replace(
      'target: closed',
      `target: closed, guard: ${'{ not: '.repeat(40)}{ name: fee-paid }${' }'.repeat(40)}`,
    ),
    /more than 8 deep/,
  ],
  'a text of 10 MB': [sound.replace('Izin', 'x'.repeat(10_000_000)), /larger than 1024 KiB/],
  'a text of 1 MB': [sound.replace('Izin', 'x'.repeat(1_000_000)), /at most 1000 characters/],
  '15,000 keys that nobody knows': [
    sound + lines(15_000, (index) => `k${index}: 1`),
    /\d+ more problems than are shown/,
  ],
  'a condition that would take a hundred million turns': [
    withCondition(tenTurns(tenTurns(tenTurns(tenTurns(tenTurns(tenTurns('true'))))))),
    /in one expression are not available/,
  ],
  'a condition with a slow regular expression, hidden by a comment': [
    withCondition('"aaaaaaaaaaaaaaaaaaaaaaaaaaaa!".matches // (\n\n            ("(a+)+$")'),
    /`matches` is not available/,
  ],
  'a condition that reaches for globals': [
    withCondition('globalThis.process.exit(1)'),
    /Unknown variable: globalThis/,
  ],
  'a condition that reaches for a constructor': [
    withCondition('data.constructor == 1'),
    /"constructor" is no form field/,
  ],
  'a key that pollutes prototypes': [`${sound}__proto__: { a: 1 }\n`, /`__proto__` is not allowed/],
  'a state named constructor': [
    sound.replaceAll('closed', 'constructor'),
    /a name that JavaScript objects inherit/,
  ],
  'a form field named toString': [
    sound.replace('size:', 'toString:'),
    /a name that JavaScript objects inherit/,
  ],
  'a state named like a path': [
    sound.replaceAll('closed', '../../etc/passwd'),
    /must be lower-case words joined by hyphens/,
  ],
  'a service named like a path': [sound.replace('unit.service', 'unit./etc'), /"unit\.service"/],
  'control characters in a name': [
    sound.replaceAll('closed', String.raw`"clo\0sed\e[31m"`),
    /a sign that cannot be seen \(U\+0000\)/,
  ],
  'a title that is read from right to left': [
    sound.replace('en: Permit', 'en: "\u202Etimrep"'),
    /a sign that cannot be seen \(U\+202E\)/,
  ],
  'a key that is there twice': [`${sound}kind: permit\n`, /is here a second time/],
  'a tag that names a function': [sound.replace('kind: permit', 'kind: !!js/function x'), /tags/],
  'a tag that makes bytes': [sound.replace('kind: permit', 'kind: !!binary aGVsbG8='), /tags/],
  'a merge key': [
    sound.replace('closed: { type: final }', 'closed: { <<: { type: final } }'),
    /merging is not YAML 1.2/,
  ],
  'numbers as names': [sound.replaceAll('closed', '1'), /must be a text, not 1/],
  'a number of 400,000 digits': [
    sound.replace('amount: 1', `amount: ${'9'.repeat(400_000)}`),
    /number/,
  ],
  'bytes that are no UTF-8': [Uint8Array.of(0x69, 0x64, 0x3a, 0xe9, 0x0a), /not text in UTF-8/],
  'text in UTF-16': [Buffer.from(`\ufeff${sound}`, 'utf16le'), /not text in UTF-8/],
};

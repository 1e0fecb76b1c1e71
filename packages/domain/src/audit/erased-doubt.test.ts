import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ApplicationEvent } from '../application/events.ts';
import { takePersonalOut } from '../personal-data/sealed.ts';
import { patched } from '../testing/patched.ts';
import { calendarsWithDecrees } from '../testing/published-calendars.ts';
import { recordedHistory, type RecordedHistory } from '../testing/recorded-history.ts';
import { office } from '../testing/sample-people.ts';
import { compiled } from '../testing/sample-service.ts';
import { checkConformance, type Conformance } from './conformance.ts';

const calendars = calendarsWithDecrees([]);
const title = { id: 'Luas', en: 'Area' };
/** Conditions read `floorArea`, `structure` and `fireSafety`, the fee `floorArea`; nothing reads `address`. */
const service = compiled(
  patched({
    fee: {
      kind: 'table',
      rows: [
        { title, when: 'data.floorArea <= 300', amount: 100_000 },
        { title, amount: 250_000 },
      ],
      assessedBy: null,
    },
  }),
);
const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const lives = (seed: number) => recordedHistory(service, { calendars, office }, seed, 40);

/** As it is read once the key of these fields, and of names, is gone. */
function erased(history: RecordedHistory, personal: readonly string[]): RecordedHistory {
  return history.map((one) => {
    const taken = takePersonalOut(one.event, (field) => personal.includes(field));
    if (!taken) return one;
    const { rest, fields } = taken;
    const box = { key: '0195b1f0-0000-7000-8000-000000000000', fields, box: 'AAAA' };
    const event = { type: one.event.type, data: { ...rest, sealed: box } } as ApplicationEvent;
    return { ...one, event };
  });
}

function check(history: RecordedHistory): Conformance {
  return checkConformance(
    history.map((one) => ({ type: one.event.type, ...one })),
    { service: () => service, calendars: () => calendars },
  );
}

describe('a history whose personal data are erased', () => {
  test('is checked whole where no rule reads them, but for the form that required them', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { findings, unchecked } = check(erased(lives(seed), ['address']));
        expect(findings).toEqual([]);
        expect(unchecked).toEqual([{ revision: 0, event: 'ApplicationSubmitted', why: 'erased' }]);
      }),
      { numRuns: 100 },
    );
  });

  test('is no finding where rules read them: what cannot be known is counted', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(seeds, (seed) => {
        const all = ['address', 'floorArea', 'structure', 'fireSafety'];
        const { findings, unchecked } = check(erased(lives(seed), all));
        expect(findings).toEqual([]);
        for (const { event, why } of unchecked) seen.add(`${event} ${why}`);
      }),
      { numRuns: 100 },
    );
    expect(seen).toContain('ApplicationSubmitted erased');
    expect(seen).toContain('StepTaken erased');
  });
});

/** Changes the first event that it can. */
function forge(history: RecordedHistory, change: (event: ApplicationEvent) => unknown) {
  const at = history.findIndex(({ event }) => change(event) !== undefined);
  const one = history[at];
  if (!one) return undefined;
  const data = change(one.event) as ApplicationEvent['data'];
  const event = { ...one.event, data } as ApplicationEvent;
  return { at, forged: history.with(at, { ...one, event }) };
}

const forgeries: Record<string, (event: ApplicationEvent) => unknown> = {
  'a step that leads elsewhere': ({ type, data }) =>
    type === 'StepTaken'
      ? { ...data, to: data.to === 'returned' ? 'intake' : 'returned' }
      : undefined,
  'a step of another name': ({ type, data }) =>
    type === 'StepTaken' ? { ...data, action: 'wave-through' } : undefined,
  'a fee': ({ type, data }) => (type === 'FeeAssessed' ? { ...data, amount: 7 } : undefined),
  'a submission in another state': ({ type, data }) =>
    type === 'ApplicationSubmitted' ? { ...data, state: 'intake' } : undefined,
  'a field that nobody asked for': ({ type, data }) =>
    type === 'ApplicationSubmitted'
      ? { ...data, data: { ...data.data, gift: 'mangga' } }
      : undefined,
};

test.each(Object.entries(forgeries))(
  '%s that was forged is found all the same, where it does not rest on what is erased',
  (_, change) => {
    let tried = 0;
    fc.assert(
      fc.property(seeds, (seed) => {
        const made = forge(erased(lives(seed), ['address']), change);
        if (!made) return;
        tried += 1;
        expect(check(made.forged).findings.map(({ revision }) => revision)).toContain(made.at);
      }),
      { numRuns: 60 },
    );
    expect(tried).toBeGreaterThan(20);
  },
);

import { derivedId } from '@satu-atap/event-store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { returnedLife, StoredLives, type Happened } from '../testing/stored-lives.ts';
import { caseSelection, unknownNames, type CaseSelection } from './case-selection.ts';
import { pseudonymous } from './disclosure.ts';

const ended = 'b1f6e0a2-6c1d-4f57-9d0c-2f8a2f0e6a11';
const open = '3c2a8f56-2a0b-4e0c-9d3b-9a7a1f0c4d22';
const log = '0e9be1bb-5a0f-4a4e-8a54-3d1f6d2b7c55';
const imported = derivedId(log, 0);

let lives: StoredLives;
beforeEach(async () => {
  lives = await StoredLives.open();
  await lives.add(ended, returnedLife);
  // 1 March, 18:00 in UTC, is the 2nd in Jakarta.
  const [submitted] = returnedLife as [Happened];
  await lives.add(open, [{ ...submitted, at: '2026-03-01T18:00:00Z' }]);
  await lives.addImported(
    log,
    0,
    [['concept:name', 'string', 'case 7']],
    [[['org:resource', 'string', 'Resource21']]],
  );
});
afterEach(() => lives.close());

async function told(selection: CaseSelection): Promise<string[]> {
  const text = (await lives.export('csv', selection)).toString();
  const ids = text
    .split('\r\n')
    .slice(1, -1)
    .map((row) => row.split(',')[0] ?? '');
  return [...new Set(ids)];
}

describe('a selection', () => {
  it.each<[string, CaseSelection, string[]]>([
    ['nothing', {}, [ended, open, 'case 7']],
    ['its office', { office: 'mpp-jakarta' }, [ended, open, 'case 7']],
    ['another office', { office: 'mpp-jayapura' }, []],
    ['its unit', { unit: 'dpmptsp', log: 'none' }, [ended, open]],
    ['another unit', { unit: 'bapenda' }, []],
    ['its service', { service: 'dpmptsp.building-permit', log: 'none' }, [ended, open]],
    ['another service', { service: 'dpmptsp.other' }, []],
    ['that it has ended', { ended: true }, [ended]],
    ['that it has not', { ended: false, log: 'none' }, [open]],
    ['a first day', { submittedFrom: '2026-03-02' }, [ended, open]],
    ['a last day', { submittedTo: '2026-03-01' }, ['case 7']],
    ['a log', { log }, ['case 7']],
    ['our own', { log: 'none' }, [ended, open]],
    ['some, in their order', { applications: [imported, ended] }, ['case 7', ended]],
    ['some and that they ended', { applications: [open, ended], ended: true }, [ended]],
    ['one that is not there', { applications: [derivedId('nobody')] }, []],
  ])('by %s', async (_, selection, expected) => {
    expect(await told(selection)).toEqual(expected);
  });

  it('names what is wrong with it', () => {
    const issues = (asked: unknown) =>
      caseSelection.safeParse(asked).error?.issues.map(({ path, message }) => [path[0], message]);
    expect(issues({ submittedFrom: '2026-03-02', submittedTo: '2026-03-01' })).toEqual([
      ['submittedTo', 'must not be before submittedFrom'],
    ]);
    expect(issues({ submittedFrom: 'yesterday' })).toEqual([
      ['submittedFrom', 'must be a date such as 2026-03-31'],
    ]);
    expect(issues({ applications: ['x'] })).toEqual([['applications', 'Invalid UUID']]);
  });

  it('names what nobody knows, instead of giving an empty log', async () => {
    const asked = { office: 'mpp-atlantis', service: 'dpmptsp.nothing', log };
    const found = await unknownNames(asked, lives);
    expect(found.map(({ field, message }) => [field, message.en])).toEqual([
      ['office', 'is no office here; there are: mpp-jakarta'],
      ['service', 'is no service that was ever published'],
      ['log', 'is the id of no import; name one, or say `none`'],
    ]);
    expect(await unknownNames({ office: 'mpp-jakarta', log: 'none' }, lives)).toEqual([]);
  });
});

describe('pseudonyms', () => {
  const key = new Uint8Array(32).fill(7);
  const secrets = [
    'Siti',
    'Merdeka',
    'applicant-1',
    'officer-front-desk',
    'Denah',
    ended,
    open,
    imported,
    'Resource21',
    'case 7',
    derivedId(ended, 0),
    derivedId(imported, 1),
  ];

  it.each(['xes', 'csv', 'ocel-json', 'ocel-sqlite'] as const)(
    'leave no id and no free text in %s',
    async (format) => {
      const text = (await lives.export(format, {}, pseudonymous(key))).toString('latin1');
      for (const secret of secrets) expect(text).not.toContain(secret);
      expect(text).toContain('return-to-applicant');
    },
  );

  it('are the same for the same id within an export, and again with the same key alone', async () => {
    const export_ = async (of: Uint8Array) =>
      (await lives.export('csv', { log: 'none' }, pseudonymous(of))).toString();
    const first = await export_(key);
    expect(await export_(key)).toBe(first);
    expect(await export_(new Uint8Array(32))).not.toBe(first);
    const column = (place: number) =>
      first
        .split('\r\n')
        .slice(1, -1)
        .map((row) => row.split(',')[place]);
    // Two applications; their applicant and the front desk.
    expect(new Set(column(0)).size).toBe(2);
    expect(new Set(column(4)).size).toBe(2);
  });
});

import { derivedId } from '@satu-atap/event-store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { returnedLife, StoredLives, type Happened } from '../testing/stored-lives.ts';

const application = 'b1f6e0a2-6c1d-4f57-9d0c-2f8a2f0e6a11';
const log = '0e9be1bb-5a0f-4a4e-8a54-3d1f6d2b7c55';

let lives: StoredLives;
beforeEach(async () => {
  lives = await StoredLives.open();
});
afterEach(() => lives.close());

const [submitted] = returnedLife as [Happened];
const note = (text: string): Happened => ({
  type: 'NoteAdded',
  at: '2026-03-02T03:00:00Z',
  data: { text },
});

async function rowsOf(...asked: Parameters<StoredLives['export']>): Promise<string[]> {
  return (await lives.export(...asked)).toString().split('\r\n');
}

it('has the columns that process-mining tools look for, then one for every attribute', async () => {
  await lives.add(application, [submitted]);
  const id = derivedId(application, 0);
  expect(await rowsOf('csv')).toEqual([
    'case:concept:name,concept:name,time:timestamp,lifecycle:transition,org:resource,org:role,org:group,' +
      'sequence,case:satuatap:service,case:satuatap:version,case:satuatap:versions,case:satuatap:office,' +
      'case:satuatap:unit,case:satuatap:channel,case:satuatap:applicant,case:satuatap:submitted,' +
      'case:satuatap:due,case:satuatap:sla,case:data.floorArea,satuatap:type,satuatap:revision,' +
      'satuatap:event,satuatap:title-id,satuatap:title-en,satuatap:state-after',
    `${application},application-submitted,2026-03-02T01:00:00Z,complete,applicant-1,applicant,,1,` +
      'dpmptsp.building-permit,1,1,mpp-jakarta,dpmptsp,online,applicant-1,2026-03-02T01:00:00Z,' +
      `2026-03-09T09:00:00.000Z,on-time,120,ApplicationSubmitted,0,${id},Permohonan diajukan,` +
      'Application submitted,intake',
    '',
  ]);
});

it('quotes by RFC 4180, and lets no spreadsheet take what somebody wrote for a formula', async () => {
  const texts = ['=1+1', '+62', '-1', '@x', 'a "b", c\nd', ' e '];
  await lives.add(application, [submitted, ...texts.map(note)]);
  const text = (await lives.export('csv')).toString();
  for (const written of [`'=1+1`, `'+62`, `'-1`, `'@x`, '"a ""b"", c\nd"', '" e "']) {
    expect(text).toContain(`,${written}\r\n`);
  }
});

describe('a case of a foreign log', () => {
  beforeEach(async () => {
    const attributes = [['concept:name', 'string', '=case']] as const;
    const event = [
      ['concept:name', 'string', '-5'],
      ['n', 'int', '-7', [['inner', 'string', 'x']]],
    ] as const;
    await lives.addImported(log, 0, attributes as never, [event as never]);
  });

  it('has every attribute as it was written, so that it can be taken over again', async () => {
    const [head, row] = await rowsOf('csv');
    expect(head?.endsWith(',n,n/inner')).toBe(true);
    expect(row).toBe('=case,-5,,,,,,,-7,x');
  });

  it('is guarded against spreadsheets where that is asked for, but for its numbers', async () => {
    const [, row] = await rowsOf('csv', {}, undefined, { forSpreadsheets: true });
    expect(row).toBe("'=case,'-5,,,,,,,-7,x");
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { definitionDigest } from '../service/definition.ts';
import { evolve, type Application } from './application.ts';
import { readApplicationEvent, readNumberEvent, readServiceEvent } from './recorded.ts';

type Stored = {
  stream: string;
  revision: number;
  type: string;
  data: Record<string, unknown>;
  metadata: unknown;
};

/** A service, a number and an application with its documents, as they were stored at first. */
const stored = readFileSync(join(import.meta.dirname, 'recorded/first-issued.ndjson'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Stored);
const of = (prefix: string) => stored.filter(({ stream }) => stream.startsWith(prefix));

test('a definition that issues is read as it was, with its digest', () => {
  const [published] = of('service-');
  if (!published) throw new Error('nothing was published');
  const { event } = readServiceEvent(published);
  expect(event.data).toEqual(published.data);
  if (event.type !== 'ServicePublished') throw new Error('it was published');
  expect(definitionDigest(event.data.definition)).toBe(event.data.digest);
});

test('a reservation is read as it was', () => {
  for (const reserved of of('numbers-')) {
    expect(readNumberEvent(reserved).event.data).toEqual(reserved.data);
  }
  expect(of('numbers-')).toHaveLength(1);
});

test('an application has the documents that it was given, and their numbers', () => {
  let application: Application | undefined;
  for (const one of of('application-')) {
    const { event, metadata } = readApplicationEvent(one);
    expect(event.data).toEqual(one.data);
    application = evolve(application, event, metadata);
  }
  expect(application?.ended).toEqual({ at: '2026-03-04T17:30:00Z', outcome: 'granted' });
  expect(application?.issued).toEqual([
    {
      output: 'permit',
      // The day had begun at the office.
      issuedOn: '2026-03-05',
      validUntil: '2026-09-05',
      number: {
        text: '503/0001/MPP-JAKARTA/DPMPTSP/MARKET-STALL/III/2026',
        series: 'dpmptsp.market-stall.permit.mpp-jakarta.2026',
        sequence: 1,
      },
      issuedAt: '2026-03-04T17:30:00Z',
    },
    { output: 'plaque', issuedOn: '2026-03-05', issuedAt: '2026-03-04T17:30:00Z' },
  ]);
});

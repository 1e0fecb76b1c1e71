import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { definitionDigest } from './definition.ts';
import { parseDefinition } from './parse-definition.ts';
import { readServiceEvent } from '../application/recorded.ts';
import { evolveService, servicePublished } from './service.ts';

/**
 * `ServicePublished` events as they were stored when the catalogue was first published. Applications
 * pin these digests: whatever a definition may say since then, these must stay what they are.
 */
const published = linesOf('first-catalogue').map(
  (line) => JSON.parse(line) as { data: { definition: { id: string } } },
);

function linesOf(name: string): string[] {
  const text = readFileSync(join(import.meta.dirname, `recorded/${name}.ndjson`), 'utf8');
  return text.trim().split('\n');
}

test.each(published.map(({ data }) => [data.definition.id, data] as const))(
  '%s as it was published first is still read, unchanged and with its digest',
  (_, data) => {
    const read = servicePublished.parse(data);
    expect(read).toEqual(data);
    expect(definitionDigest(read.definition)).toBe(read.digest);
    expect(
      parseDefinition(data.definition).problems.filter(({ severity }) => severity === 'error'),
    ).toEqual([]);
  },
);

test('how services ended and opened again is still read as it was recorded', () => {
  const stream = 'service-disnaker.ak-1';
  const definition = published[0]?.data.definition;
  const { event: first, metadata: begun } = readServiceEvent({
    stream,
    revision: 0,
    type: 'ServicePublished',
    data: { version: 1, digest: '0'.repeat(64), definition },
    metadata: {
      actor: { id: 'cli', roles: ['system'] },
      occurredAt: '2026-01-05T01:00:00Z',
      command: '5e0b8f0a-9a53-5f0b-b1f9-6f3a5e0c1d2e',
    },
  });
  let service = evolveService(undefined, first, begun);
  for (const [index, line] of linesOf('service-life').entries()) {
    const recorded = JSON.parse(line) as { type: string; data: unknown; metadata: unknown };
    const { event, metadata } = readServiceEvent({ stream, revision: index + 1, ...recorded });
    expect({ ...event, metadata }).toEqual(recorded);
    service = evolveService(service, event, metadata);
  }
  expect(service).toMatchObject({
    versions: [
      { version: 1, withdrawn: { at: '2026-11-22T02:33:56Z', reason: { id: 'Waktu salah' } } },
    ],
    retirement: { from: '2027-02-01' },
  });
});

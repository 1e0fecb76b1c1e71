import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { definitionDigest } from './definition.ts';
import { parseDefinition } from './parse-definition.ts';
import { servicePublished } from './service.ts';

/**
 * `ServicePublished` events as they were stored when the catalogue was first published. Applications
 * pin these digests: whatever a definition may say since then, these must stay what they are.
 */
const published = readFileSync(join(import.meta.dirname, 'recorded/first-catalogue.ndjson'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { data: { definition: { id: string } } });

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

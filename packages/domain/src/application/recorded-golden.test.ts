import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { goldenReplay } from '../testing/golden-replay.ts';

// Logs that versions of the engine recorded, and what they said of them then. None is ever changed: a new
// one is added by `node packages/event-store/src/testing/record-golden-history.ts <name>`.
const folder = join(import.meta.dirname, 'recorded');
const names = readdirSync(folder).flatMap(
  (file) => /^(.+)\.replayed\.ndjson$/.exec(file)?.[1] ?? [],
);

describe.each(names)('the log %s', (name) => {
  const lines = readFileSync(join(folder, `${name}.ndjson`), 'utf8');
  type Moment = ReturnType<typeof goldenReplay>['moments'][number];
  const said = readFileSync(join(folder, `${name}.replayed.ndjson`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Moment);
  // As it would be read back: without keys that have no value.
  const says = JSON.parse(JSON.stringify(goldenReplay(lines))) as ReturnType<typeof goldenReplay>;

  it('conforms to the rules that were in force', () => {
    expect(says.findings).toEqual([]);
    expect(says.unchecked).toEqual([]);
  });

  it('is at each revision what it was: facts, clocks and what could be done', () => {
    expect(says.moments).toHaveLength(said.length);
    for (const [revision, moment] of said.entries()) {
      expect(says.moments[revision], `revision ${revision}`).toEqual(moment);
    }
  });
});

it('has a log with everything that a file can go through', () => {
  const types = new Set(
    names.flatMap((name) =>
      readFileSync(join(folder, `${name}.ndjson`), 'utf8')
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { type: string }).type),
    ),
  );
  expect([...types]).toEqual(
    expect.arrayContaining([
      'ApplicationSubmitted',
      'DocumentAttached',
      'DocumentVerified',
      'FeeAssessed',
      'PaymentReceived',
      'OfficerAssigned',
      'StepTaken',
      'PromiseExtended',
      'ClockWarned',
      'OutputIssued',
      'NumberReserved',
      'ApplicationMigrated',
      'NoteAdded',
    ]),
  );
});

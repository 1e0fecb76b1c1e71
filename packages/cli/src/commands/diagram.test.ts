import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { diagramOf } from './diagram.ts';
import { compiledFile } from '../definitions.ts';

const root = join(import.meta.dirname, '../../../..');
const sound = join(import.meta.dirname, '../faults/sound.yaml');
const pbg = join(root, 'services/dpmptsp/pbg.yaml');
const mermaid = (file: string) => diagramOf(file, { format: 'mermaid', language: 'en' });
const svg = (file: string) => diagramOf(file, { format: 'svg', language: 'id' });

/** What an XML reader must be able to rely on: one root, every tag closed in order, no bare signs. */
function wellFormed(xml: string): boolean {
  const open: string[] = [];
  let roots = 0;
  const text = xml.replaceAll(
    /<(\/?)(\w+)((?: [\w:-]+="[^"<&]*")*)(\/?)>/g,
    (_, end, tag, __, empty) => {
      if (open.length === 0 && !end) roots++;
      if (end) return open.pop() === tag ? '' : '<';
      if (!empty) open.push(tag as string);
      return '';
    },
  );
  const rest = text.replaceAll(/&(amp|lt|gt);/g, '');
  return roots === 1 && open.length === 0 && !/[<&>]/.test(rest);
}

describe('a Mermaid diagram', () => {
  test('shows states with their clocks and standards, and actions with their roles', async () => {
    expect(await mermaid(sound)).toBe(`---
title: "Permit"
---
stateDiagram-v2
  [*] --> preparing
  state "preparing · clock stopped" as preparing
  state "verification · 2 working days" as verification
  state "decision · 1 working day" as decision
  state "granted · granted" as granted
  granted --> [*]
  state "refused · refused" as refused
  refused --> [*]
  state "withdrawn · withdrawn" as withdrawn
  withdrawn --> [*]
  preparing --> verification : submit (applicant)
  verification --> decision : accept (verifier)
  decision --> granted : grant (head-of-unit)
  decision --> refused : refuse (head-of-unit)
  note right of withdrawn : * → withdraw (applicant)
`);
  });

  test('holds regions that are active together in one state, and leaves it when all are done', async () => {
    const lines = (await mermaid(pbg)).split('\n').map((line) => line.trim());
    const begin = lines.indexOf('state "Review of the plans" as review {');
    const end = lines.indexOf(
      '}',
      lines.indexOf('state "Fire safety · pemadam-kebakaran" as review__fire {'),
    );
    expect(lines.slice(begin, end).filter((line) => line === '--')).toHaveLength(1);
    expect(lines.slice(begin, end)).toContain('[*] --> review__building__reviewing');
    expect(lines.slice(begin, end)).toContain(
      'review__fire__reviewing --> review__fire__done : Fire safety conforms (technical-reviewer)',
    );
    expect(lines).toContain('review --> levy_assessment : all done');
  });
});

test('what the engine does when a time is over is drawn with the time', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'diagram-'));
  const file = join(folder, 'late.yaml');
  const written = (await readFile(sound, 'utf8'))
    .replace(
      /^  time: .*$/m,
      '$&\n  deemed: { take: approve-by-law, legalGround: { id: UU, en: Law } }',
    )
    .replace(
      'withdraw: { roles: [applicant]',
      'approve-by-law: { roles: [system], target: granted }\n    withdraw: { roles: [applicant, system]',
    )
    .replace(
      'clock: stopped',
      '$&\n      deadline:\n        after: { amount: 30, unit: calendar-days }\n        take: withdraw\n        legalGround: { id: Perwali, en: Regulation }',
    );
  await writeFile(file, written);
  const lines = (await mermaid(file)).split('\n').map((line) => line.trim());
  expect(lines).toContain(
    'state "preparing · clock stopped · after 30 calendar days - withdraw" as preparing',
  );
  expect(lines).toContain(
    'note right of granted : * → approve-by-law (system) after 5 working days',
  );
  expect(await svg(file)).toContain('setelah 30 hari kalender: withdraw');
  await rm(folder, { recursive: true });
});

describe('an SVG', () => {
  test.each([pbg, sound])('of %s is well formed and shows every state and action', async (file) => {
    const drawn = await svg(file);
    expect(wellFormed(drawn)).toBe(true);
    const { states } = await compiledFile(file);
    for (const { path, title, actions } of states.values()) {
      expect(drawn).toContain(`>${path}<`);
      expect(drawn).toContain(`>${title.id}<`);
      for (const { title: action, definition } of actions) {
        expect(drawn).toContain(`${action.id} (${definition.roles.join(', ')})`);
      }
    }
  });

  test('draws no state over another', async () => {
    const boxes = [
      ...(await svg(sound)).matchAll(
        /<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g,
      ),
    ].map((match) => match.slice(1).map(Number));
    expect(boxes).toHaveLength(6);
    const overlap = boxes.flatMap(([x = 0, y = 0, width = 0, height = 0], index) =>
      boxes
        .slice(index + 1)
        .filter(
          ([x2 = 0, y2 = 0, w2 = 0, h2 = 0]) =>
            x < x2 + w2 && x2 < x + width && y < y2 + h2 && y2 < y + height,
        ),
    );
    expect(overlap).toEqual([]);
  });
});

test('a file that cannot be used is refused with its problems', async () => {
  const faulty = join(import.meta.dirname, '../faults/missing-title.yaml');
  await expect(mermaid(faulty)).rejects.toThrow(/title: is missing/);
});

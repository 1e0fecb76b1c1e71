import { join } from 'node:path';
import { planPaths } from '@satu-atap/domain';
import { expect, test } from 'vitest';
import { compiledFile } from '../definitions.ts';
import { pathLines } from './paths-text.ts';

const root = join(import.meta.dirname, '../../../..');

async function lines(file: string, language: 'id' | 'en') {
  const service = await compiledFile(file);
  return pathLines(service, planPaths(service), language);
}

test('a plan says who does what where, on which condition, and what is covered', async () => {
  const sound = join(import.meta.dirname, '../faults/sound.yaml');
  expect(await lines(sound, 'en')).toEqual([
    'unit.sound: 3 paths',
    '',
    '1. granted, 4 steps',
    '   1  Submit the application (applicant) → preparing',
    '   2  preparing: submit (applicant) if every required document is there → verification',
    '   3  verification: accept (verifier) if every required document is verified → decision',
    '   4  decision: grant (head-of-unit) if the fee is paid → granted',
    '',
    '2. withdrawn, 2 steps',
    '   1  Submit the application (applicant) → preparing',
    '   2  preparing: withdraw (applicant) → withdrawn',
    '',
    '3. refused, 4 steps',
    '   1  Submit the application (applicant) → preparing',
    '   2  preparing: submit (applicant) if every required document is there → verification',
    '   3  verification: accept (verifier) if every required document is verified → decision',
    '   4  decision: refuse (head-of-unit) → refused',
    '',
    'States 6 of 6, actions 5 of 5, branches 5 of 5.',
    'Every condition is taken to hold and not to hold in turn; whether one application can meet all',
    'conditions of a path is not judged. Parallel regions are worked through one after the other.',
  ]);
});

test('in a parallel review the acting region and its unit are named', async () => {
  const pbg = await lines(join(root, 'services/dpmptsp/pbg.yaml'), 'id');
  expect(pbg).toContainEqual(
    expect.stringMatching(
      /^ +\d+ {2}Diperiksa TPT\/TPA: Rencana sesuai \(technical-reviewer, dinas-perumahan\) → .+ \+ .+$/,
    ),
  );
});

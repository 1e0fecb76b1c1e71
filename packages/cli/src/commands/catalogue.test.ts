import { join } from 'node:path';
import { expect, test } from 'vitest';
import { definitions } from '../definitions.ts';
import { readServices } from '../definition-file.ts';
import { catalogueLines } from './catalogue.ts';

const folder = join(import.meta.dirname, '../../../../services');
const all = await definitions('services', folder, readServices);

test('lists the services of a unit with what they promise and cost', () => {
  const lines = catalogueLines(all, { unit: 'satpas', language: 'en' });
  const cells = lines.map((line) => line.trim().split(/ {2,}/));
  expect(cells).toEqual([
    ['satpas'],
    [
      'perpanjangan-sim',
      'non-permit',
      '15 working minutes',
      'IDR 75,000–IDR 80,000',
      expect.stringMatching(/^\d+\/14$/),
      'Renewal of driving licences A and C',
    ],
    [
      'sim-baru',
      'non-permit',
      '120 working minutes',
      'IDR 100,000–IDR 120,000',
      expect.stringMatching(/^\d+\/14$/),
      'New driving licences A and C',
    ],
    [''],
    ['2 services of 1 unit: 0 permits, 2 non-permits'],
  ]);
});

test('tells under each service what its source leaves unclear, when asked', () => {
  const lines = catalogueLines(all, { unit: 'satpas', notes: true, language: 'id' });
  expect(lines.filter((line) => line.startsWith('      '))).toEqual([
    expect.stringContaining("The stages are this definition's reading."),
    expect.stringContaining('SIM A Rp120.000, SIM C Rp100.000.'),
  ]);
});

test('has every service once, by unit', () => {
  const lines = catalogueLines(all, { language: 'id' });
  expect(lines.filter((line) => /^ {2}\S/.test(line))).toHaveLength(all.length);
  const units = lines.filter((line) => /^[a-z]/.test(line));
  expect(units).toEqual([...new Set(all.map(({ unit }) => unit))].toSorted());
});

import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { simulateFile } from './simulate.ts';
import { reportLines } from './simulation-text.ts';

const root = join(import.meta.dirname, '../../../..');
const options = {
  applications: 100,
  seed: 1,
  from: '2026-01-05',
  offices: join(root, 'offices'),
  calendars: join(root, 'calendars'),
};
const service = join(root, 'services/dpmptsp/sip-dokter.yaml');

describe('satu-atap simulate', () => {
  test('tells outcomes, time against the standard, states and what nobody came to', async () => {
    const report = await simulateFile(service, options);
    const text = reportLines(report).join('\n');
    expect(text).toContain(
      'dpmptsp.sip-dokter: 100 applications at mpp-jakarta, calendar indonesia',
    );
    expect(text).toMatch(/^ {2}granted +\d+ +\d+\.\d %$/m);
    expect(text).toMatch(/^ {2}within the standard +\d+\.\d %$/m);
    expect(text).toMatch(/^ {2}practice-licence +\d+ +503\/0001\/SIP\/DPMPTSP\/[IVX]+\/2026$/m);
    for (const { state } of report.states) expect(text).toContain(`  ${state} `);
    expect(text).toMatch(/^Never reached: /m);
  });

  test('works in the office, by the calendar and from the day that are asked for', async () => {
    const report = await simulateFile(service, {
      ...options,
      office: 'mpp-jayapura',
      calendar: 'indonesia',
      from: '2025-07-01',
    });
    expect(report).toMatchObject({ office: 'mpp-jayapura', calendar: 'indonesia' });
  });

  test.each([
    [{ office: 'nowhere' }, /^no office "nowhere" \(known: mpp-jakarta/],
    [{ calendar: 'nowhere' }, /^no calendar "nowhere" \(known: indonesia/],
    [{ from: 'soon' }, /^--from: "soon" is no date/],
  ])('refuses %o in words', async (wrong, message) => {
    await expect(simulateFile(service, { ...options, ...wrong })).rejects.toThrow(message);
  });

  test('refuses a file that defines no sound service, with its problems', async () => {
    const calendar = join(root, 'calendars/indonesia-2024-2026.yaml');
    await expect(simulateFile(calendar, options)).rejects.toThrow(
      /^.*:\d+:1  .*\n.*kind: is missing/,
    );
  });
});

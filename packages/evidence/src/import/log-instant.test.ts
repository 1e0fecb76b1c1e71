import fc from 'fast-check';
import { expect, test } from 'vitest';
import { logInstant } from './log-instant.ts';

test.each([
  ['2011-10-11T13:45:40+02:00', '2011-10-11T11:45:40Z'],
  ['2011-10-11T13:45:40.276Z', '2011-10-11T13:45:40.276Z'],
  ['2011-10-11t13:45:40.276000z', '2011-10-11T13:45:40.276Z'],
  ['2011-10-11T13:45:40', '2011-10-11T06:45:40Z'],
  ['2011-10-11 13:45:40,5+0200', '2011-10-11T11:45:40.5Z'],
  ['2011-10-11T13:45+02', '2011-10-11T11:45:00Z'],
  ['2011-10-11', '2011-10-10T17:00:00Z'],
  ['1970-01-01T00:00:00.000+01:00', '1969-12-31T23:00:00Z'],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z'],
  ['0001-01-01T00:00:00+01:00', '0000-12-31T23:00:00Z'],
  ['9999-12-31T23:59:59.9999999999Z', '9999-12-31T23:59:59.999999999Z'],
  ['2000-02-29T24:00:00Z', '2000-03-01T00:00:00Z'],
  ['2016-12-31T23:59:60Z', '2016-12-31T23:59:59Z'],
])('takes %s for %s', (written, instant) => {
  expect(logInstant(written, 'Asia/Jakarta')).toBe(instant);
});

test.each([
  ['1900-02-29T00:00:00Z'],
  ['2011-13-01T00:00:00Z'],
  ['2011-04-31T00:00:00Z'],
  ['2011-00-01T00:00:00Z'],
  ['2011-10-11T24:00:01Z'],
  ['2011-10-11T12:60:00Z'],
  ['0000-01-01T00:00:00+01:00'],
  ['9999-12-31T23:59:59-01:00'],
  ['11.10.2011 13:45'],
  [''],
])('takes "%s" for no time', (written) => {
  expect(logInstant(written, 'Asia/Jakarta')).toBeUndefined();
});

test('takes any instant for what it is, in any zone', () => {
  const zones = fc.constantFrom('Asia/Jakarta', 'Europe/Amsterdam', 'America/St_Johns', 'UTC');
  const between = { min: Date.UTC(1, 1), max: Date.UTC(9998, 1) };
  fc.assert(
    fc.property(fc.integer(between), zones, (milliseconds, zone) => {
      const instant = Temporal.Instant.fromEpochMilliseconds(milliseconds);
      const there = instant.toZonedDateTimeISO(zone);
      // Offsets are written in whole minutes, which they were not in every century.
      fc.pre(there.offsetNanoseconds % 60_000_000_000 === 0);
      const written = there.toString({ timeZoneName: 'never' });
      expect(logInstant(written, 'UTC')).toBe(instant.toString());
      const local = there.toPlainDateTime();
      const again = local.toZonedDateTime(zone).toInstant().toString();
      expect(logInstant(local.toString(), zone)).toBe(again);
    }),
  );
});

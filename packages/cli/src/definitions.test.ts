import { compileOffices, writtenBook, type Offers } from '@satu-atap/domain';
import { sampleCalendar } from '@satu-atap/domain/testing';
import { expect, test } from 'vitest';
import { compiledFile, doubtfulOffers } from './definitions.ts';

test('what an office offers although it is not published is told, office by office', () => {
  const office = (id: string, offers?: Offers) => ({
    id,
    title: { id, en: id },
    timeZone: 'Asia/Jakarta' as const,
    calendar: 'indonesia',
    ...(offers ? { offers } : {}),
  });
  const offices = compileOffices(
    [office('north'), office('south', { units: ['polres', 'dpmptps'] })],
    writtenBook([sampleCalendar]),
  );
  const published = [
    { id: 'polres.skck', unit: 'polres' },
    { id: 'dpmptsp.pbg', unit: 'dpmptsp' },
  ];
  expect(doubtfulOffers(offices, published)).toEqual([
    'office south: offers.units.1: "dpmptps" is no unit; did you mean "dpmptsp"? (known: dpmptsp, polres)',
  ]);
});

test.each(['nothing-there.yaml', '.'])('what is no file defines no service: %s', async (file) => {
  await expect(compiledFile(file)).rejects.toThrow(
    `${file} is no file: name the file of one service.`,
  );
});

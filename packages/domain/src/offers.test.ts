import { describe, expect, it } from 'vitest';
import { compileOffices, officeDefinition } from './office.ts';
import { checkOffers, isOffered, offerUnmet, type Offers } from './offers.ts';
import { writtenBook } from './sla/calendar-versions.ts';
import { sampleCalendar } from './testing/sample-people.ts';

const office = (id: string, offers?: Offers) => ({
  id,
  title: { id, en: id },
  timeZone: 'Asia/Makassar' as const,
  calendar: 'indonesia',
  ...(offers ? { offers } : {}),
});
const services = ['dlh.penebangan', 'dpmptsp.pbg', 'dpmptsp.reklame', 'polres.skck'].map((id) => ({
  id,
  unit: id.split('.')[0] ?? '',
}));
const offered = (offers?: Offers) =>
  services.map(({ id }) => id).filter((id) => isOffered(id, office('mall', offers)));

describe('an office offers', () => {
  it('everything, when it says nothing', () => {
    expect(offered()).toEqual(services.map(({ id }) => id));
  });

  it('the services of units, and single ones beside them, but for exceptions', () => {
    expect(offered({ units: ['dpmptsp'] })).toEqual(['dpmptsp.pbg', 'dpmptsp.reklame']);
    expect(offered({ services: ['polres.skck'] })).toEqual(['polres.skck']);
    expect(
      offered({ units: ['dpmptsp'], services: ['polres.skck'], except: ['dpmptsp.pbg'] }),
    ).toEqual(['dpmptsp.reklame', 'polres.skck']);
    expect(offered({ except: ['dpmptsp.pbg'] })).toEqual([
      'dlh.penebangan',
      'dpmptsp.reklame',
      'polres.skck',
    ]);
  });

  it('something: to name nothing is a mistake', () => {
    expect(officeDefinition.safeParse(office('mall', {})).error?.issues[0]?.message).toContain(
      'names nothing',
    );
  });
});

it('what an office does not offer is refused with the offices that do', () => {
  const offices = compileOffices(
    [office('south', { units: ['polres'] }), office('north'), office('east')],
    writtenBook([sampleCalendar]),
  );
  const south = offices.get('south');
  if (!south) throw new Error('no office');
  expect(offerUnmet('polres.skck', south, offices)).toBeUndefined();
  expect(offerUnmet('dpmptsp.pbg', south, offices)).toEqual({
    type: 'service-not-offered',
    service: 'dpmptsp.pbg',
    office: 'south',
    offices: ['north', 'east'],
  });
});

it('what an office chooses changes nothing that read models are made of', () => {
  const digest = (offers?: Offers) =>
    compileOffices([office('mall', offers)], writtenBook([sampleCalendar])).get('mall')?.digest;
  expect(digest({ units: ['polres'] })).toBe(digest());
});

describe('the check of what an office offers', () => {
  const check = (offers: Offers) =>
    checkOffers(office('mall', offers), services).map(
      ({ path, message, severity }) => `${severity}: ${path.join('.')} ${message}`,
    );

  it('names units and services that there are not, and what was probably meant', () => {
    expect(check({ units: ['dpmptps'], services: ['polres.sckc'], except: ['dlh.x'] })).toEqual([
      'error: offers.units.0 "dpmptps" is no unit; did you mean "dpmptsp"? (known: dlh, dpmptsp, polres)',
      expect.stringContaining('error: offers.services.0 "polres.sckc" is no service; did you mean'),
      expect.stringContaining('error: offers.except.0 "dlh.x" is no service'),
    ]);
  });

  it('doubts an exception from what is not offered', () => {
    expect(check({ units: ['polres'], except: ['dpmptsp.pbg'] })).toEqual([
      'warning: offers.except.0 "dpmptsp.pbg" is not offered anyway; leave it out',
    ]);
    expect(check({ except: ['dpmptsp.pbg'] })).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';
import type { NumberSeries } from '../service/number-series.ts';
import { given, type Happening, type Setting } from '../testing/given.ts';
import { office, people, sampleOffices } from '../testing/sample-people.ts';
import { marketStall } from '../testing/sample-outputs.ts';
import { compiled } from '../testing/sample-service.ts';
import { decide } from './decide.ts';
import type { ApplicationEvent } from './events.ts';

const { calendars } = sampleOffices.get(office) ?? {};
if (!calendars) throw new Error('the sample office has no calendar');

const service = compiled(marketStall);
const setting: Setting = {
  service,
  calendars,
  actor: people.frontDesk,
  at: '2026-08-31T03:00:00Z',
};
const submitted = (weeks = 4): Happening => ({
  type: 'ApplicationSubmitted',
  data: {
    office,
    service: { id: service.id, version: 1, digest: service.digest },
    applicant: { id: people.applicant.id, name: 'Pemohon' },
    channel: 'counter',
    data: { weeks },
    state: 'checking',
  },
});
const taken = (action: string, to: string, outcome?: string): ApplicationEvent => ({
  type: 'StepTaken',
  data: { action, from: 'checking', to, ...(outcome === undefined ? {} : { outcome }) },
});
const step = (action: string) => ({ type: 'take-step', data: { action } }) as const;
const issued = (output: string, more: object = {}): ApplicationEvent => ({
  type: 'OutputIssued',
  data: { output, issuedOn: '2026-08-31', ...more },
});
const series: NumberSeries = { service: service.id, output: 'permit', office, year: 2026 };

describe('a step that issues', () => {
  test('records what is given out, until when it holds, and which numbers it waits for', () => {
    const { decision } = given(setting, submitted()).when(step('grant'));
    expect(decision).toEqual({
      events: [
        taken('grant', 'granted', 'granted'),
        issued('permit', { validUntil: '2027-02-28' }),
        issued('plaque'),
      ],
      numbers: [series],
    });
  });

  test('writes the number that is reserved', () => {
    const { application } = given(setting, submitted());
    const decision = decide(application, step('grant'), {
      ...setting,
      now: Temporal.Instant.from(setting.at),
      sequenceIn: (asked) => (JSON.stringify(asked) === JSON.stringify(series) ? 27 : undefined),
    });
    const OFFICE = office.toUpperCase();
    expect(decision).toEqual({
      events: [
        taken('grant', 'granted', 'granted'),
        issued('permit', {
          validUntil: '2027-02-28',
          number: {
            text: `503/0027/${OFFICE}/DPMPTSP/MARKET-STALL/VIII/2026`,
            series: `dpmptsp.market-stall.permit.${office}.2026`,
            sequence: 27,
          },
        }),
        issued('plaque'),
      ],
    });
  });

  test('dates the document by the day at the office', () => {
    const { decision } = given(setting, submitted()).when(step('preview'), {
      at: '2026-12-31T23:30:00Z',
    });
    expect(decision).toMatchObject({
      events: [{ type: 'StepTaken' }, { data: { issuedOn: '2027-01-01' } }],
    });
  });

  test('gives out nothing that the application was given before', () => {
    const had = given(setting, submitted(), issued('permit'));
    expect(had.application?.issued).toEqual([
      { output: 'permit', issuedOn: '2026-08-31', issuedAt: setting.at },
    ]);
    had.when(step('grant')).then(taken('grant', 'granted', 'granted'), issued('plaque'));
  });

  test('gives out nothing again under a later version of the service', () => {
    const newer = { ...service, version: 2 };
    const place = { digest: service.digest, state: 'checking' };
    const migrated: Happening = {
      type: 'ApplicationMigrated',
      data: {
        from: { ...place, version: 1 },
        to: { ...place, version: 2 },
        mapping: {},
        places: { checking: 'checking' },
        clocks: [],
        orderedBy: 'kepala',
      },
      by: people.system,
    };
    given({ ...setting, service: newer }, submitted(), issued('permit'), migrated)
      .when(step('grant'))
      .then(taken('grant', 'granted', 'granted'), issued('plaque'));
  });

  test('issues what its branch issues, and each output once', () => {
    given(setting, submitted(53))
      .when(step('judge'))
      .then(taken('judge', 'granted', 'granted'), issued('slip'));
    given(setting, submitted(4))
      .when(step('judge'))
      .then(taken('judge', 'refused', 'rejected'), issued('slip'), issued('refusal'));
  });
});

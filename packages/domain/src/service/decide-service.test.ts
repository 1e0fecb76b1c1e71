import { describe, expect, it } from 'vitest';
import { isRefused, type Refusal } from '../application/refusal.ts';
import { people } from '../testing/sample-people.ts';
import { samplePermit } from '../testing/sample-service.ts';
import { decideService, type ServiceCommand } from './decide-service.ts';
import { definitionDigest, serviceDefinition } from './definition.ts';
import { intake } from './intake.ts';
import {
  evolveService,
  newestInForce,
  type Service,
  type ServiceEvent,
  type ServiceEventOf,
} from './service.ts';

const { id } = samplePermit;
const administrator = { id: 'administrator', roles: ['unit-administrator'], unit: 'dpmptsp' };
const first = serviceDefinition.parse(samplePermit);
const changed = (minutes: number) => ({ ...first, title: { id: 'Izin', en: `In ${minutes}` } });
const second = changed(2);
const text = { id: 'Tidak lagi diperlukan', en: 'Not needed any more' };
const retirement = { from: '2027-01-01', reason: text, legalBasis: 'Perwali 7/2026' };

const published = (version: number, definition = first): ServiceEventOf<'ServicePublished'> => ({
  type: 'ServicePublished',
  data: { version, digest: definitionDigest(definition), definition },
});
const withdrawn = (version: number): ServiceEvent => ({
  type: 'VersionWithdrawn',
  data: { version, reason: text },
});
const retired: ServiceEvent = { type: 'ServiceRetired', data: retirement };
const reinstated: ServiceEvent = { type: 'ServiceReinstated', data: { reason: text } };
const publish = (definition = first, again = false): ServiceCommand => ({
  type: 'publish',
  data: { definition, again },
});
const retire = (more: object = {}): ServiceCommand => ({
  type: 'retire',
  data: { ...retirement, ...more },
});
const reinstate: ServiceCommand = { type: 'reinstate', data: { reason: text } };
const withdraw = (version: number): ServiceCommand => ({
  type: 'withdraw',
  data: { version, reason: text },
});

function given(...events: ServiceEvent[]) {
  let service: Service | undefined;
  for (const event of events) {
    service = evolveService(service, event, { occurredAt: '2026-01-05T01:00:00Z' });
  }
  return {
    service,
    when(
      command: ServiceCommand,
      by = administrator as typeof administrator | typeof people.system,
    ) {
      const decision = decideService(id, service, command, by);
      return {
        then: (...expected: ServiceEvent[]) => expect(decision).toEqual({ events: expected }),
        refusedAs: (refusal: Partial<Refusal>) => expect(decision).toMatchObject({ refusal }),
      };
    },
    /** What a submission at this instant gets, in Makassar. */
    takes(at: string) {
      if (!service) throw new Error('nothing was given');
      const begins = intake(service, 'Asia/Makassar', Temporal.Instant.from(at));
      return isRefused(begins) ? begins.refusal : begins.version;
    },
  };
}

describe('publishing', () => {
  it('begins with version 1 and counts on, whatever else happened in between', () => {
    given().when(publish()).then(published(1));
    given(published(1), retired, reinstated).when(publish(second)).then(published(2, second));
  });

  it('makes one version of the newest content in force given again', () => {
    given(published(1)).when(publish()).then();
    given(published(1), published(2, second), withdrawn(2)).when(publish()).then();
  });

  it('makes a new version of the content of an earlier one', () => {
    given(published(1), published(2, second)).when(publish()).then(published(3));
  });

  it('does not bring back what was withdrawn, unless it is told to', () => {
    const house = given(published(1), published(2, second), withdrawn(2));
    house.when(publish(second)).refusedAs({ type: 'content-withdrawn', version: 2, reason: text });
    house.when(publish(second, true)).then(published(3, second));
    given(published(1), withdrawn(1)).when(publish()).refusedAs({ type: 'content-withdrawn' });
  });

  it('is of the service that it names, whose unit never changes', () => {
    const house = given(published(1));
    const moved = { ...first, unit: 'disnaker' };
    const other = { ...first, id: 'dpmptsp.other' };
    expect(() => house.when(publish(moved))).toThrow('of disnaker is no version of');
    expect(() => house.when(publish(other))).toThrow('dpmptsp.other');
  });

  it('leaves a retired service retired', () => {
    const { service } = given(published(1), retired, published(2, second));
    expect(service).toMatchObject({ retirement });
  });
});

describe('retiring', () => {
  it('is recorded once, and again where it says something else', () => {
    given(published(1)).when(retire()).then(retired);
    given(published(1), retired).when(retire()).then();
    const sooner = { ...retirement, from: '2026-06-01' };
    given(published(1), retired)
      .when(retire({ from: sooner.from }))
      .then({ type: 'ServiceRetired', data: sooner });
  });

  it('ends new applications on its date, by the clock of the office', () => {
    const house = given(published(1), retired);
    // Makassar is eight hours ahead.
    expect(house.takes('2026-12-31T15:59:59Z')).toBe(1);
    expect(house.takes('2026-12-31T16:00:00Z')).toEqual({
      type: 'service-retired',
      service: id,
      since: '2027-01-01',
      reason: text,
      legalBasis: 'Perwali 7/2026',
    });
  });

  it('is taken back by reinstating, before its date or after it', () => {
    given(published(1), retired).when(reinstate).then(reinstated);
    given(published(1)).when(reinstate).then();
    expect(given(published(1), retired, reinstated).takes('2030-01-01T00:00:00Z')).toBe(1);
  });
});

describe('withdrawing', () => {
  it('lets new applications begin under the newest version that is left', () => {
    given(published(1), published(2, second)).when(withdraw(2)).then(withdrawn(2));
    const house = given(published(1), published(2, second), withdrawn(2));
    expect(house.service && newestInForce(house.service)?.version).toBe(1);
    expect(house.takes('2026-02-01T00:00:00Z')).toBe(1);
    house.when(withdraw(2)).then();
  });

  it('leaves a service without a version in force without new applications', () => {
    expect(given(published(1), withdrawn(1)).takes('2026-02-01T00:00:00Z')).toEqual({
      type: 'service-withdrawn',
      service: id,
      reason: text,
    });
  });

  it('knows the versions that there are', () => {
    given(published(1)).when(withdraw(2)).refusedAs({ type: 'version-not-found', version: 2 });
    given().when(withdraw(1)).refusedAs({ type: 'unknown-service', service: id });
  });
});

describe('administering a service', () => {
  const commands = [publish(second), retire(), reinstate, withdraw(1)];

  it.each(commands.map((command) => [command.type, command] as const))(
    '%s is for administrators of its unit and the system alone',
    (_, command) => {
      const house = given(published(1), retired);
      house
        .when(command, { ...administrator, roles: ['head-of-unit'] })
        .refusedAs({ type: 'role-required', roles: ['unit-administrator', 'system'] });
      house
        .when(command, { ...administrator, unit: 'disnaker' })
        .refusedAs({ type: 'other-unit', unit: 'dpmptsp' });
      const decision = decideService(id, house.service, command, people.system);
      expect(isRefused(decision)).toBe(false);
    },
  );
});

import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  activeStates,
  compileCalendar,
  compileOffices,
  compileService,
  decide,
  definitionDigest,
  evolve,
  isRefused,
  onlyCalendar,
  writtenBook,
  writtenCalendar,
  type Actor,
  type Application,
  type ApplicationCommand,
  type CompiledService,
  type FormData,
  type ServiceDefinition,
} from '@satu-atap/domain';
import { simulate } from '@satu-atap/domain/simulation';
import { readCalendars, readOffices, readServices } from './definition-file.ts';

const root = join(import.meta.dirname, '../../..');
const services = await readServices(join(root, 'services'));
const offices = await readOffices(join(root, 'offices'));
const calendars = await readCalendars(join(root, 'calendars'));

test('nothing is wrong with the definitions that are shipped, and nothing doubtful', () => {
  for (const { problems } of [services, offices, calendars]) expect(problems).toEqual([]);
  const malls = compileOffices(
    offices.found.map(({ definition }) => definition),
    writtenBook(calendars.found.map(({ definition }) => definition)),
  );
  expect([...malls.keys()].toSorted()).toEqual(['mpp-jakarta', 'mpp-jayapura', 'mpp-makassar']);
});

test('the catalogue is that of a whole mall', () => {
  const definitions = services.found.map(({ definition }) => definition);
  expect(definitions.length).toBeGreaterThanOrEqual(60);
  expect(new Set(definitions.map(({ unit }) => unit)).size).toBeGreaterThanOrEqual(15);
  const kinds = Object.groupBy(definitions, ({ kind }) => kind);
  expect(kinds.permit?.length).toBeGreaterThanOrEqual(20);
  expect(kinds['non-permit']?.length).toBeGreaterThanOrEqual(20);
  const atTheCounter = definitions.filter(({ standard }) => standard.time.unit.endsWith('minutes'));
  expect(atTheCounter.length).toBeGreaterThanOrEqual(10);
});

test('every service says where its promise is published, and what it leaves open', () => {
  for (const { definition } of services.found) {
    const { source, note } = definition.standard;
    expect(source, definition.id).toBeDefined();
    expect(note, definition.id).toBeDefined();
  }
});

test('the shipped calendar works 37.5 hours a week, 32.5 in Ramadan, and not on Idul Fitri', () => {
  const [calendar] = calendars.found.map(({ definition }) =>
    compileCalendar(definition, 'Asia/Jakarta'),
  );
  const at = (time: string) =>
    Temporal.ZonedDateTime.from(`${time}[Asia/Jakarta]`).epochMilliseconds;
  const hours = (from: string, to: string) =>
    (calendar?.workingTime(at(from), at(to)) ?? 0) / 3_600_000;
  expect(hours('2026-07-06', '2026-07-13')).toBe(37.5);
  for (const monday of ['2024-03-18', '2025-03-10', '2026-03-02']) {
    const nextMonday = Temporal.PlainDate.from(monday).add({ days: 7 }).toString();
    expect(hours(monday, nextMonday), monday).toBe(32.5);
  }
  expect(hours('2026-03-18', '2026-03-25')).toBe(0);
});

describe.each(services.found.map(({ definition }) => [definition.id, definition] as const))(
  '%s',
  (_, definition) => {
    test('can be driven through every state to every end by those whose work it is', () => {
      const { states, outcomes } = explored(definition);
      const leaves = [...compiled(definition).states.values()].filter(
        ({ type }) => type === 'atomic' || type === 'final',
      );
      expect([...states].toSorted()).toEqual(leaves.map(({ path }) => path).toSorted());
      const ends = leaves.flatMap(({ outcome }) => outcome ?? []);
      expect([...outcomes].toSorted()).toEqual(ends.toSorted());
      expect(ends).toContain('granted');
    });

    test('brings the applications of a simulation to their end, most of them to what they asked', () => {
      const [calendarDefinition] = calendars.found.map((found) => found.definition);
      if (!calendarDefinition) throw new Error('no calendar');
      const report = simulate({
        service: compiled(definition),
        calendar: writtenCalendar(calendarDefinition, 'Asia/Jakarta'),
        office,
        applications: 5,
        seed: 1,
        from: now,
      });
      expect(report.stuck).toEqual([]);
      const granted = report.outcomes.find(({ outcome }) => outcome === 'granted');
      expect(granted?.share).toBeGreaterThan(0.5);
    });

    test('says everything that people read in two languages', () => {
      for (const { path, title, actions } of compiled(definition).states.values()) {
        expect(title.id, path).not.toBe(title.en);
        for (const action of actions)
          expect(action.title.id, action.name).not.toBe(action.title.en);
      }
    });
  },
);

function compiled(definition: ServiceDefinition): CompiledService {
  return compileService(definition, { version: 1, digest: definitionDigest(definition) });
}

const now = Temporal.Instant.from('2026-07-06T03:00:00Z');
const occurredAt = now.toString();
const office = 'mpp-jakarta';
const applicant: Actor = { id: 'applicant-1', roles: ['applicant'] };

/** Every state and outcome that people in the right roles and units can bring a file to. */
function explored(definition: ServiceDefinition) {
  const service = compiled(definition);
  const [calendarDefinition] = calendars.found.map((found) => found.definition);
  if (!calendarDefinition) throw new Error('no calendar');
  const jakarta = onlyCalendar(calendarDefinition, 'Asia/Jakarta');
  const give = (
    application: Application | undefined,
    command: ApplicationCommand,
    actor: Actor,
  ) => {
    const decision = decide(application, command, { service, calendars: jakarta, actor, now });
    if (isRefused(decision)) return undefined;
    return decision.events.reduce<Application | undefined>(
      (after, event) => evolve(after, event, { actor, occurredAt }),
      application,
    );
  };

  const states = new Set<string>();
  const outcomes = new Set<string>();
  const seen = new Set<string>();
  const visit = (before: Application): void => {
    const application = handled(before, service, give);
    for (const path of activeStates(application.value)) states.add(path);
    if (application.ended) outcomes.add(application.ended.outcome);
    const key = JSON.stringify([application.value, application.data]);
    if (seen.has(key) || application.ended) return;
    seen.add(key);
    for (const path of activeStates(application.value)) {
      for (const action of service.states.get(path)?.actions ?? []) {
        for (const data of samples(definition, action.definition.sets)) {
          for (const role of action.definition.roles) {
            const actor = officer(role, action.unit, action.name);
            const step = { action: action.name, comment: 'sebab', ...(data ? { data } : {}) };
            const after = give(application, { type: 'take-step', data: step }, actor);
            if (after) visit(after);
          }
        }
      }
    }
  };
  const required = Object.keys(definition.form).filter((field) => definition.form[field]?.required);
  for (const data of samples(definition, required)) {
    const [role = ''] = definition.submittedBy;
    const submitter = officer(role, definition.unit, 'submit');
    const submit = {
      service: definition.id,
      office,
      applicant: { id: applicant.id, name: 'Pemohon' },
      channel: submitter === applicant ? 'online' : 'counter',
      data: data ?? {},
    } as const;
    const submitted = give(undefined, { type: 'submit', data: submit }, submitter);
    if (!submitted) throw new Error(`${definition.id} cannot be submitted`);
    visit(submitted);
  }
  return { states, outcomes };
}

/** The file after everybody at whose desk it is has handled its papers and its fee. */
function handled(
  before: Application,
  { definition, states }: CompiledService,
  give: (
    application: Application,
    command: ApplicationCommand,
    actor: Actor,
  ) => Application | undefined,
): Application {
  let application = before;
  const units = activeStates(application.value).map((path) => states.get(path)?.unit ?? '');
  const tryAs = (roles: readonly string[], command: ApplicationCommand) => {
    for (const unit of units) {
      for (const role of roles) {
        const after = give(application, command, officer(role, unit, command.type));
        if (after) application = after;
      }
    }
  };
  for (const [index, requirement] of Object.keys(definition.documents).entries()) {
    const document = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
    const { attachedBy = [], verifiedBy = [] } = definition.documents[requirement] ?? {};
    if (!application.documents.some((one) => one.document === document)) {
      const file = {
        name: 'berkas.pdf',
        mediaType: 'application/pdf',
        bytes: 1000,
        sha256: '0'.repeat(64),
      };
      const mediaType = definition.documents[requirement]?.types[0] ?? file.mediaType;
      tryAs(attachedBy.slice(0, 1), {
        type: 'attach-document',
        data: { document, requirement, ...file, mediaType },
      });
    }
    tryAs(verifiedBy, { type: 'verify-document', data: { document } });
  }
  const { fee } = definition;
  if (fee.kind === 'assessed' && !application.fee) {
    tryAs(fee.assessedBy, { type: 'assess-fee', data: { amount: 1000 } });
  }
  if (fee.kind !== 'free' && application.fee && application.payments.length === 0) {
    const { amount } = application.fee;
    tryAs(fee.receivedBy, { type: 'receive-payment', data: { amount, reference: 'NTPN-1' } });
  }
  return application;
}

function officer(role: string, unit: string, does: string): Actor {
  return role === 'applicant' ? applicant : { id: `${role}-${does}`, roles: [role], unit, office };
}

/** Values for these fields, low and high and every choice; one `undefined` for no fields. */
function samples(
  definition: ServiceDefinition,
  fields: readonly string[],
): (FormData | undefined)[] {
  if (fields.length === 0) return [undefined];
  const values = fields.map((field) => [field, valuesOf(definition.form[field])] as const);
  const most = Math.max(...values.map(([, some]) => some.length));
  return Array.from({ length: most }, (_, index) =>
    Object.fromEntries(values.map(([field, some]) => [field, some[index % some.length] ?? ''])),
  );
}

function valuesOf(field: ServiceDefinition['form'][string] | undefined): FormData[string][] {
  switch (field?.type) {
    case 'choice':
      return field.options;
    case 'boolean':
      return [false, true];
    case 'date':
      return ['2026-07-01'];
    case 'integer':
    case 'rupiah':
    case 'number':
      return [field.min ?? 1, field.max ?? 1000];
    case 'text':
      return [field.contact === 'email' ? 'pemohon@example.com' : 'teks'];
    case undefined:
      return ['teks'];
  }
}

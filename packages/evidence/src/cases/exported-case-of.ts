import {
  evolve,
  promiseMode,
  promiseOf,
  slaStatus,
  type Application,
  type CompiledService,
  type LogAttribute,
  type OfficeCalendars,
} from '@satu-atap/domain';
import type { CaseHistory, RecordedHappening } from './case-history.ts';
import { unitOf } from './case-selection.ts';
import type { Disclosure } from './disclosure.ts';
import { date, int, keys, text, type ExportedCase, type ExportedEvent } from './exported-case.ts';
import { formAttributes } from './form-attributes.ts';
import { happeningDetails, titleAttributes, titlesByType } from './happening-details.ts';
import { happeningName, serviceClock } from './happening-names.ts';
import { importedAttributes, importedCaseAttributes } from './imported-attributes.ts';

/** What telling a case takes beside its events. */
export type CaseContext = {
  /** A published version; throws where it is not known. */
  service(id: string, version: number): CompiledService;
  /** The calendars of an office; undefined where it is not configured: then due dates are not told. */
  calendars(office: string): OfficeCalendars | undefined;
  disclosure: Disclosure;
};

/** An application as an event log tells it: pure, and the same for the same events. */
export function exportedCaseOf(history: CaseHistory, context: CaseContext): ExportedCase {
  const { application: id, happenings } = history;
  const { disclosure } = context;
  const [first] = happenings;
  if (first?.event.type !== 'ApplicationSubmitted') {
    throw new Error(`${id} begins with ${first?.event.type}`);
  }
  const { imported, office, service, applicant } = first.event.data;
  const told = new Telling(id, context);
  for (const happening of happenings) told.add(happening);
  return {
    id: disclosure.application(id),
    office,
    unit: unitOf(service.id),
    submittedAt: first.metadata.occurredAt,
    ...(imported ? { log: imported.log } : { applicant: disclosure.person(applicant.id) }),
    attributes: imported
      ? importedCaseAttributes(imported.attributes, disclosure)
      : told.caseAttributes(),
    events: told.events,
  };
}

/** Tells events one after the other, and knows the application as it stands after each. */
class Telling {
  readonly #id: string;
  readonly #context: CaseContext;
  readonly events: ExportedEvent[] = [];
  #application: Application | undefined;
  /** Versions of the service that it has run under, the present one last. */
  #versions: CompiledService[] = [];
  /** Whether the service's clock has begun, and stands still. */
  #clock: 'not-begun' | 'running' | 'suspended' = 'not-begun';

  constructor(id: string, context: CaseContext) {
    this.#id = id;
    this.#context = context;
  }

  add(happening: RecordedHappening): void {
    const { event, metadata } = happening;
    this.#application = evolve(this.#application, event, metadata);
    if (event.type === 'StepTaken' && event.data.imported) {
      const attributes = importedAttributes(event.data.imported.attributes, this.#disclosure);
      this.events.push({ attributes, happening });
      return;
    }
    if (event.type === 'ApplicationSubmitted') {
      this.#versions = [this.#version(event.data.service.version)];
      // The case itself says all that is known of an imported submission.
      if (event.data.imported) return;
    } else if (event.type === 'ApplicationMigrated') {
      this.#versions = [...this.#versions, this.#version(event.data.to.version)];
    }
    const details = happeningDetails(event, this.#versions, this.#disclosure);
    const titles = titlesByType.get(event.type) ?? [];
    this.#tell(happening, happeningName(event), 'complete', titles, details);
    if (event.type !== 'StepTaken' && event.type !== 'ApplicationMigrated') {
      if (event.type !== 'ApplicationSubmitted') return;
    }
    this.#tellOfClock(happening, this.#application);
  }

  caseAttributes(): LogAttribute[] {
    const application = this.#application;
    if (!application) return [];
    const { office, service, channel, submittedAt, applicant, ended } = application;
    const calendars = this.#context.calendars(office);
    const promise = calendars && promiseOf(this.#service, application, calendars);
    const versions = this.#versions.map(({ version }) => version);
    return [
      ...text('concept:name', this.#disclosure.application(this.#id)),
      ...text('satuatap:service', service.id),
      ...int('satuatap:version', service.version),
      ...text('satuatap:versions', versions.join(' ')),
      ...text('satuatap:office', office),
      ...text('satuatap:unit', unitOf(service.id)),
      ...text('satuatap:channel', channel),
      ...text('satuatap:applicant', this.#disclosure.person(applicant.id)),
      ...date('satuatap:submitted', submittedAt),
      ...date('satuatap:due', promise?.dueAt === undefined ? undefined : isoTime(promise.dueAt)),
      ...date('satuatap:ended', ended?.at),
      ...text('satuatap:outcome', ended?.outcome),
      ...(calendars ? text('satuatap:sla', slaStatus(application, promise ? [promise] : [])) : []),
      ...formAttributes(application.data, this.#versions, this.#disclosure.texts),
    ];
  }

  get #disclosure(): Disclosure {
    return this.#context.disclosure;
  }

  get #service(): CompiledService {
    const service = this.#versions.at(-1);
    if (!service) throw new Error(`${this.#id} has not begun`);
    return service;
  }

  #version(version: number): CompiledService {
    return this.#context.service(this.#application?.service.id ?? '', version);
  }

  /** Suspended while no active state runs it, until the file has ended (XES lifecycle extension). */
  #tellOfClock(happening: RecordedHappening, application: Application): void {
    const runs = promiseMode(this.#service, application.value) === 'running';
    if (runs) {
      if (this.#clock === 'suspended') this.#tellClock(happening, 'resume');
      this.#clock = 'running';
    } else if (this.#clock === 'running' && !application.ended) {
      this.#tellClock(happening, 'suspend');
      this.#clock = 'suspended';
    }
  }

  #tellClock(happening: RecordedHappening, transition: 'suspend' | 'resume'): void {
    this.#tell(happening, serviceClock.name, transition, clockTitles);
    const told = this.events.at(-1);
    if (told) told.ofClock = true;
  }

  #tell(
    happening: RecordedHappening,
    name: string,
    transition: string,
    ...more: readonly (readonly LogAttribute[])[]
  ): void {
    const { id, revision, event, metadata } = happening;
    const { actor, occurredAt } = metadata;
    const attributes: LogAttribute[] = [
      ['concept:name', 'string', name],
      ['lifecycle:transition', 'string', transition],
      ['time:timestamp', 'date', occurredAt],
      ['org:resource', 'string', this.#disclosure.person(actor.id)],
    ];
    if (actor.roles.length > 0) attributes.push(['org:role', 'string', actor.roles.join(' ')]);
    if (actor.unit !== undefined) attributes.push(['org:group', 'string', actor.unit]);
    attributes.push(
      [keys.sequence, 'int', String(this.events.length + 1)],
      [keys.type, 'string', event.type],
      [keys.revision, 'int', String(revision)],
      [keys.event, 'id', this.#disclosure.event(id)],
    );
    for (const some of more) for (const one of some) attributes.push(one);
    this.events.push({ attributes, happening });
  }
}

const clockTitles = titleAttributes(serviceClock.title);

function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

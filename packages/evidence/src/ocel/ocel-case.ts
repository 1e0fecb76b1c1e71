import type { LogAttribute, LogAttributeType } from '@satu-atap/domain';
import type { Disclosure } from '../cases/disclosure.ts';
import { keys, type ExportedCase, type ExportedEvent } from '../cases/exported-case.ts';
import { flat } from '../csv/csv-columns.ts';

export type OcelType = 'string' | 'time' | 'integer' | 'float' | 'boolean';
export type OcelAttribute = { name: string; type: OcelType; value: string };
export type OcelRelation = { objectId: string; qualifier: string };

export type OcelEvent = {
  id: string;
  type: string;
  time: string;
  attributes: OcelAttribute[];
  relationships: OcelRelation[];
};

export type OcelObject = {
  id: string;
  type: ObjectType;
  /** What it is from the beginning on, and what it became when. */
  attributes: (OcelAttribute & { time: string })[];
  relationships: OcelRelation[];
};
export type ObjectType = 'application' | 'applicant' | 'document' | 'officer' | 'unit' | 'office';

/** When an attribute begins that an object always had, as OCEL 2.0 writes it. */
export const always = '1970-01-01T00:00:00Z';

/** Told by relations or by the event itself. */
const elsewhere = new Set<string>(['concept:name', 'time:timestamp', keys.event]);

/** An application as object-centric event logs tell it: its events, and the objects they are about. */
export class OcelCase {
  readonly events: OcelEvent[];
  readonly objects = new Map<string, OcelObject>();
  readonly #disclosure: Disclosure;
  readonly #application: OcelObject;

  constructor(told: ExportedCase, disclosure: Disclosure) {
    this.#disclosure = disclosure;
    this.#application = this.#object('application', told.id);
    const { attributes, relationships } = this.#application;
    for (const [name, attribute] of flat(told.attributes)) {
      if (name === 'concept:name' && !told.log) continue;
      attributes.push({ ...typed(name, attribute), time: always });
    }
    if (told.applicant !== undefined) {
      relationships.push(related(this.#object('applicant', told.applicant), 'applicant'));
    }
    relationships.push(
      related(this.#object('unit', told.unit), 'unit'),
      related(this.#object('office', told.office), 'office'),
    );
    this.events = told.events.map((event) => this.#event(event, told));
  }

  #event(told: ExportedEvent, { office, applicant }: ExportedCase): OcelEvent {
    const { attributes, happening, ofClock } = told;
    const { event } = happening;
    const time = valueOf(attributes, 'time:timestamp') ?? happening.metadata.occurredAt;
    const relationships = [
      related(this.#application, 'application'),
      related(this.#object('office', office), 'office'),
      ...this.#people(told, office, applicant),
    ];
    if (event.type === 'OfficerAssigned') {
      const officer = this.#object('officer', this.#disclosure.person(event.data.officer));
      relationships.push(related(officer, 'assigned-officer'));
    }
    const document = this.#document(told, time);
    if (document) relationships.push(related(document, 'document'));
    const state = ofClock ? undefined : valueOf(attributes, keys.after);
    if (state !== undefined) {
      this.#application.attributes.push({ name: 'state', type: 'string', value: state, time });
    }
    const id = this.#disclosure.event(happening.id);
    return {
      id: ofClock ? `${id}#clock` : id,
      type: valueOf(attributes, 'concept:name') ?? 'event',
      time,
      attributes: [...flat(attributes)]
        .filter(([name]) => !elsewhere.has(name))
        .map(([name, attribute]) => typed(name, attribute)),
      relationships: unique(relationships),
    };
  }

  /** Who did it, and for which unit: an officer belongs to it. */
  #people(
    { attributes, happening: { metadata, event } }: ExportedEvent,
    office: string,
    applicant: string | undefined,
  ): OcelRelation[] {
    const resource = valueOf(attributes, 'org:resource');
    const group = valueOf(attributes, 'org:group');
    const relations: OcelRelation[] = [];
    const unit = group === undefined ? undefined : this.#object('unit', group);
    if (unit) relations.push(related(unit, 'unit'));
    if (resource === undefined) return relations;
    if (resource === applicant) {
      relations.push(related(this.#object('applicant', resource), 'applicant'));
      return relations;
    }
    const isImported = event.type === 'StepTaken' && event.data.imported !== undefined;
    // What the engine did by itself, no officer did.
    if (!isImported && metadata.actor.roles.includes('system')) return relations;
    const officer = this.#object('officer', resource);
    relations.push(related(officer, 'officer'));
    officer.relationships.push(related(this.#object('office', office), 'office'));
    if (unit) officer.relationships.push(related(unit, 'unit'));
    officer.relationships = unique(officer.relationships);
    return relations;
  }

  /** The document that an event is about, as it is from then on. */
  #document({ attributes, happening: { event } }: ExportedEvent, time: string) {
    if (
      event.type !== 'DocumentAttached' &&
      event.type !== 'DocumentVerified' &&
      event.type !== 'DocumentRejected'
    ) {
      return undefined;
    }
    const document = this.#object('document', this.#disclosure.document(event.data.document));
    if (event.type === 'DocumentAttached') {
      for (const [key, type, value] of attributes) {
        const name = key.replace(/^satuatap:/, '');
        if (!ofDocument.has(name)) continue;
        document.attributes.push({ ...typed(name, [key, type, value]), time: always });
      }
      document.relationships.push(related(this.#application, 'handed-in-for'));
    }
    const status = statusAfter[event.type];
    document.attributes.push({ name: 'status', type: 'string', value: status, time });
    return document;
  }

  #object(type: ObjectType, name: string): OcelObject {
    const id = `${type}:${name}`;
    const known = this.objects.get(id);
    if (known) return known;
    const object: OcelObject = { id, type, attributes: [], relationships: [] };
    this.objects.set(id, object);
    return object;
  }
}

const ofDocument = new Set(['requirement', 'media-type', 'bytes', 'sha256']);
const statusAfter = {
  DocumentAttached: 'attached',
  DocumentVerified: 'verified',
  DocumentRejected: 'rejected',
} as const;

function related({ id }: OcelObject, qualifier: string): OcelRelation {
  return { objectId: id, qualifier };
}

function unique(relations: OcelRelation[]): OcelRelation[] {
  const seen = new Map(relations.map((one) => [`${one.qualifier} ${one.objectId}`, one]));
  return [...seen.values()];
}

function valueOf(attributes: readonly LogAttribute[], key: string): string | undefined {
  return attributes.find(([name]) => name === key)?.[2];
}

const types: Readonly<Record<LogAttributeType, OcelType>> = {
  string: 'string',
  date: 'time',
  int: 'integer',
  float: 'float',
  boolean: 'boolean',
  id: 'string',
  list: 'string',
  container: 'string',
};

/** Without the prefix of our extension: OCEL has none. */
function typed(key: string, [, type, value]: LogAttribute): OcelAttribute {
  return { name: key.replace(/^satuatap:/, ''), type: types[type], value };
}

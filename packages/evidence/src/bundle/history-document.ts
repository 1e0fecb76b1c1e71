import {
  eventInWords,
  instantInWords,
  statesInWords,
  type Actor,
  type Application,
  type ApplicationEvent,
  type CompiledService,
  type EventMetadata,
} from '@satu-atap/domain';

export type Language = 'id' | 'en';

/** An application's history as a person reads it on paper, in one language. */
export type HistoryDocument = {
  language: Language;
  title: string;
  /** What it is about: label and value. */
  facts: (readonly [label: string, value: string])[];
  headings: { when: string; who: string; what: string };
  entries: HistoryEntry[];
  /** What the reader should know of this paper. */
  remarks: string[];
};

export type HistoryEntry = {
  revision: number;
  when: string;
  who: string;
  what: string;
  details: string[];
};

/** An event of the application, and what it met: the application, and the version it was pinned to. */
export type HistoryEvent = {
  revision: number;
  event: ApplicationEvent;
  metadata: EventMetadata;
  before: Application | undefined;
  service: CompiledService;
};

/**
 * @param application as its last event left it
 * @param events at least the first one
 * @param timeZone of the office: IANA name
 */
export function historyDocument(
  {
    id,
    application,
    events,
    officeTitle,
    timeZone,
  }: {
    id: string;
    application: Application;
    events: readonly HistoryEvent[];
    officeTitle: string;
    timeZone: string;
  },
  language: Language,
): HistoryDocument {
  const say = words[language];
  const moment = (instant: string) => instantInWords(Date.parse(instant), timeZone)[language];
  const service = events.at(-1)?.service;
  const { definition } = service ?? {};
  const { applicant, submittedAt, ended, value } = application;
  return {
    language,
    title: say.title,
    facts: [
      [say.application, id],
      [
        say.service,
        `${definition?.title[language] ?? application.service.id} (${application.service.id}, ` +
          `${say.version} ${application.service.version})`,
      ],
      [say.office, officeTitle],
      [say.applicant, `${applicant.name ?? say.erased} (${applicant.id})`],
      [say.submitted, moment(submittedAt)],
      ended
        ? [say.ended, `${moment(ended.at)}: ${ended.outcome}`]
        : [say.state, service ? statesInWords(service, value)[language] : ''],
    ],
    headings: { when: say.when, who: say.who, what: say.what },
    entries: events.map(({ revision, event, metadata, before, service: pinned }) => {
      const { title, details } = eventInWords(event, { service: pinned, timeZone, before });
      return {
        revision,
        when: moment(metadata.occurredAt),
        who: actorInWords(metadata.actor),
        what: title[language],
        details: details.map((line) => line[language]),
      };
    }),
    remarks: [say.zone(timeZone), say.remark],
  };
}

function actorInWords({ id, roles, unit }: Actor): string {
  const as = [roles.join(', '), unit].filter((part) => part !== undefined && part !== '');
  return as.length === 0 ? id : `${id} (${as.join('; ')})`;
}

const words = {
  id: {
    title: 'Riwayat permohonan',
    application: 'Nomor permohonan',
    service: 'Layanan',
    version: 'versi',
    office: 'Kantor',
    applicant: 'Pemohon',
    erased: '[data pribadi dihapus]',
    submitted: 'Diajukan',
    ended: 'Selesai',
    state: 'Tahap',
    when: 'Waktu',
    who: 'Oleh',
    what: 'Peristiwa',
    zone: (zone: string) => `Waktu menurut zona ${zone}.`,
    remark:
      'Naskah ini untuk dibaca. Yang membuktikan adalah peristiwa dan bukti di sampingnya: ' +
      'lihat README.txt.',
  },
  en: {
    title: 'History of an application',
    application: 'Application',
    service: 'Service',
    version: 'version',
    office: 'Office',
    applicant: 'Applicant',
    erased: '[personal data erased]',
    submitted: 'Submitted',
    ended: 'Ended',
    state: 'State',
    when: 'When',
    who: 'Who',
    what: 'What',
    zone: (zone: string) => `Times are those of ${zone}.`,
    remark:
      'This text is for reading. What proves it are the events and proofs beside it: see README.txt.',
  },
} as const;

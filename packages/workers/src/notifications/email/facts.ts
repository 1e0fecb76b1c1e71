import type { Occasion } from '@satu-atap/event-store';
import {
  durationInWords,
  rupiahInWords,
  type Announcement,
  type Language,
  type Localized,
  type OfficeDefinition,
} from '@satu-atap/domain';

/** What `{…}` in a text may stand for: words, a list, or nothing that is known. */
export const factNames = [
  'application',
  'at',
  'bring',
  'by',
  'comment',
  'due',
  'ground',
  'office',
  'outcome',
  'outputs',
  'outstanding',
  'place',
  'promise',
  'service',
  'states',
  'unit',
] as const;
export type Facts = Readonly<Record<(typeof factNames)[number], string | string[] | undefined>>;

/** What is known of an occasion, in a language. */
export function factsOf(
  application: string,
  announcement: Announcement,
  { service }: Pick<Occasion, 'service'>,
  office: OfficeDefinition | undefined,
  language: Language,
): Facts {
  const { definition, states } = service;
  const say = (text: Localized | undefined) => text?.[language];
  const zone = office?.timeZone ?? 'Asia/Jakarta';
  const stateTitles = announcement.to.map((path) => say(states.get(path)?.title) ?? path);
  const { outcome, outputs, fee, clock, comment, extension } = announcement;
  const collection = outputs && definition.collection;
  return {
    application,
    at: instantInWords(announcement.at, zone, language),
    bring: collection?.bring.map((one) => one[language]),
    comment,
    by: extension && durationInWords(extension.by)[language],
    due: clock && instantInWords(clock.dueAt, zone, language),
    ground: say(extension?.legalGround),
    office: say(office?.title) ?? announcement.office,
    outcome: outcome && stateTitles.join(', '),
    outputs: outputs?.map((output) => say(service.outputs.get(output)?.definition.title) ?? output),
    outstanding: fee && rupiahInWords(fee.outstanding)[language],
    place: say(collection?.place),
    promise: durationInWords(definition.standard.time)[language],
    service: definition.title[language],
    states: stateTitles.join(', '),
    unit: announcement.unit,
  };
}

/** `2 Maret 2026 pukul 09.00 WIB`, by the clocks of the office. */
function instantInWords(instant: string, zone: string, language: Language): string {
  return Temporal.Instant.from(instant).toLocaleString(language === 'id' ? 'id-ID' : 'en-GB', {
    timeZone: zone,
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  });
}

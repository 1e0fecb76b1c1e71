import { name, serviceId, type Localized, type Offices } from '@satu-atap/domain';
import { readImportedLog, type EventStore, type ServiceCatalogue } from '@satu-atap/event-store';
import { z } from 'zod';

const date = z.iso.date({ error: 'must be a date such as 2026-03-31' });

/** Of which applications an export tells: those for which everything that is named holds. */
export const caseSelection = z
  .strictObject({
    office: name.optional(),
    service: serviceId.optional(),
    /** The unit that offers the service. */
    unit: name.optional(),
    /** Submitted on this day or later, by the date at the office; an office that is unknown here counts in UTC. */
    submittedFrom: date.optional(),
    /** Submitted on this day or earlier. */
    submittedTo: date.optional(),
    /** Whether it has come to its end. */
    ended: z.boolean().optional(),
    applications: z.array(z.uuid()).min(1).max(10_000).optional(),
    /** Taken over with this import; `none`: not taken over from another system's log. */
    log: z.union([z.uuid(), z.literal('none')]).optional(),
  })
  .refine(
    ({ submittedFrom, submittedTo }) =>
      submittedFrom === undefined || submittedTo === undefined || submittedFrom <= submittedTo,
    { path: ['submittedTo'], error: 'must not be before submittedFrom' },
  );
export type CaseSelection = z.infer<typeof caseSelection>;

/** What the first event of a case tells of it: enough for every rule but `ended`. */
export type Submission = {
  office: string;
  service: string;
  submittedAt: string;
  log: string | undefined;
};

/** Whether a case is selected, as far as its submission tells. */
export function isSelected(
  { office, service, unit, submittedFrom, submittedTo, log }: CaseSelection,
  submission: Submission,
  offices: Offices,
): boolean {
  if (office !== undefined && submission.office !== office) return false;
  if (service !== undefined && submission.service !== service) return false;
  if (unit !== undefined && unitOf(submission.service) !== unit) return false;
  if (log !== undefined && (submission.log ?? 'none') !== log) return false;
  if (submittedFrom === undefined && submittedTo === undefined) return true;
  const zone = offices.get(submission.office)?.definition.timeZone ?? 'UTC';
  const day = Temporal.Instant.from(submission.submittedAt).toZonedDateTimeISO(zone).toPlainDate();
  const on = day.toString();
  return (
    (submittedFrom === undefined || on >= submittedFrom) &&
    (submittedTo === undefined || on <= submittedTo)
  );
}

/** The unit that offers a service: the first part of its id. */
export function unitOf(service: string): string {
  return service.slice(0, service.indexOf('.'));
}

/** Something that a selection names and nobody knows. */
export type UnknownName = { field: 'office' | 'service' | 'log'; message: Localized };

/** What a selection names that is not there: it would give an empty log, and look like an answer. */
export async function unknownNames(
  { office, service, log }: CaseSelection,
  {
    store,
    offices,
    services,
  }: {
    store: Pick<EventStore, 'read'>;
    offices: Offices;
    services: Pick<ServiceCatalogue, 'standing'>;
  },
): Promise<UnknownName[]> {
  const unknown: UnknownName[] = [];
  if (office !== undefined && !offices.has(office)) {
    const known = [...offices.keys()].join(', ');
    const message = {
      id: `bukan kantor di sini; yang ada: ${known}`,
      en: `is no office here; there are: ${known}`,
    };
    unknown.push({ field: 'office', message });
  }
  if (service !== undefined && !(await services.standing(service))) {
    const message = {
      id: 'bukan layanan yang pernah diterbitkan',
      en: 'is no service that was ever published',
    };
    unknown.push({ field: 'service', message });
  }
  if (log !== undefined && log !== 'none') {
    const imported = await readImportedLog(store, log);
    if (!imported) {
      const message = {
        id: 'bukan id sebuah impor; tulis id impor, atau `none`',
        en: 'is the id of no import; name one, or say `none`',
      };
      unknown.push({ field: 'log', message });
    } else if (!imported.completed) {
      const message = {
        id: 'adalah impor yang belum selesai: berikan berkas yang sama lagi untuk menyelesaikannya',
        en: 'is an import that was not finished: give the same file again to finish it',
      };
      unknown.push({ field: 'log', message });
    }
  }
  return unknown;
}

/** The longest value that a record of access holds. */
const longestRecorded = 1000;

/** A selection as it is recorded with whoever was given what it selects. */
export function recordedSelection(selection: CaseSelection): Record<string, string> {
  return Object.fromEntries(
    Object.entries(selection).flatMap(([field, value]) => {
      if (value === undefined) return [];
      const text = Array.isArray(value) ? value.join(' ') : String(value);
      const short = Array.isArray(value) ? `${value.length} applications` : '';
      return [[field, text.length <= longestRecorded ? text : short]];
    }),
  );
}

import type { ApplicationEvent, Localized } from '@satu-atap/domain';

type Type = ApplicationEvent['type'];

/** What event logs call a happening that is no step: stable names, and titles for people. */
export const happeningNames: Readonly<
  Record<Exclude<Type, 'StepTaken'>, { name: string; title: Localized }>
> = {
  ApplicationSubmitted: {
    name: 'application-submitted',
    title: { id: 'Permohonan diajukan', en: 'Application submitted' },
  },
  OutputIssued: {
    name: 'output-issued',
    title: { id: 'Produk layanan diterbitkan', en: 'Output issued' },
  },
  DocumentAttached: {
    name: 'document-attached',
    title: { id: 'Dokumen diserahkan', en: 'Document handed in' },
  },
  DocumentVerified: {
    name: 'document-verified',
    title: { id: 'Dokumen diverifikasi', en: 'Document verified' },
  },
  DocumentRejected: {
    name: 'document-rejected',
    title: { id: 'Dokumen ditolak', en: 'Document rejected' },
  },
  FeeAssessed: {
    name: 'fee-assessed',
    title: { id: 'Biaya ditetapkan', en: 'Fee assessed' },
  },
  PaymentReceived: {
    name: 'payment-received',
    title: { id: 'Pembayaran diterima', en: 'Payment received' },
  },
  OfficerAssigned: {
    name: 'officer-assigned',
    title: { id: 'Petugas ditunjuk', en: 'Officer assigned' },
  },
  OfficerReleased: {
    name: 'officer-released',
    title: { id: 'Petugas dilepas', en: 'Officer released' },
  },
  NoteAdded: { name: 'note-added', title: { id: 'Catatan ditambahkan', en: 'Note added' } },
  ClockWarned: {
    name: 'clock-warned',
    title: { id: 'Peringatan batas waktu', en: 'Clock warned' },
  },
  ClockBreached: {
    name: 'clock-breached',
    title: { id: 'Batas waktu terlampaui', en: 'Clock breached' },
  },
  ClockEscalated: {
    name: 'clock-escalated',
    title: { id: 'Batas waktu dieskalasikan', en: 'Clock escalated' },
  },
  ClockParked: {
    name: 'clock-parked',
    title: { id: 'Tindakan batas waktu ditunda', en: 'Clock parked' },
  },
  PromiseExtended: {
    name: 'promise-extended',
    title: { id: 'Jangka waktu diperpanjang', en: 'Promise extended' },
  },
  ApplicationMigrated: {
    name: 'application-migrated',
    title: { id: 'Versi layanan diganti', en: 'Application migrated' },
  },
};

/** What event logs call the service's clock, where it stopped or went on. */
export const serviceClock = {
  name: 'service-clock',
  title: { id: 'Waktu layanan', en: "The service's clock" } satisfies Localized,
};

/** The stable name of what happened: a step's is that of its action. */
export function happeningName(event: ApplicationEvent): string {
  return event.type === 'StepTaken' ? event.data.action : happeningNames[event.type].name;
}

import type { Localized } from '@satu-atap/domain';
import { kebabCase, readable } from './digit-names.ts';

/** Names that DIGIT definitions share, in the words of an Indonesian office. */
const known: Readonly<Record<string, readonly [id: string, en: string]>> = {
  apply: ['Ajukan', 'Apply'],
  approve: ['Setujui', 'Approve'],
  approved: ['Disetujui', 'Approved'],
  applied: ['Diajukan', 'Applied'],
  assign: ['Tugaskan', 'Assign'],
  cancel: ['Batalkan', 'Cancel'],
  cancelled: ['Dibatalkan', 'Cancelled'],
  canceled: ['Dibatalkan', 'Cancelled'],
  comment: ['Beri komentar', 'Comment'],
  completed: ['Selesai', 'Completed'],
  docverification: ['Verifikasi dokumen', 'Document verification'],
  'doc-verification-pending': ['Menunggu verifikasi dokumen', 'Document verification pending'],
  expired: ['Kedaluwarsa', 'Expired'],
  fieldinspection: ['Pemeriksaan lapangan', 'Field inspection'],
  'fieldinspection-pending': ['Menunggu pemeriksaan lapangan', 'Field inspection pending'],
  forward: ['Teruskan', 'Forward'],
  initiate: ['Mulai permohonan', 'Begin the application'],
  initiated: ['Permohonan dimulai', 'Application begun'],
  inprogress: ['Sedang diproses', 'In progress'],
  open: ['Buka permohonan', 'Open'],
  pay: ['Catat pembayaran', 'Pay'],
  pendingapproval: ['Menunggu persetujuan', 'Approval pending'],
  'pending-approval': ['Menunggu persetujuan', 'Approval pending'],
  pendingpayment: ['Menunggu pembayaran', 'Payment pending'],
  'pending-for-payment': ['Menunggu pembayaran', 'Payment pending'],
  'pending-for-approval': ['Menunggu persetujuan', 'Approval pending'],
  'pending-for-citizen-action': ['Menunggu pemohon', 'Waiting for the applicant'],
  'pending-for-document-verification': [
    'Menunggu verifikasi dokumen',
    'Document verification pending',
  ],
  'pending-for-field-inspection': ['Menunggu pemeriksaan lapangan', 'Field inspection pending'],
  rate: ['Beri penilaian', 'Rate'],
  reassign: ['Tugaskan ulang', 'Reassign'],
  reject: ['Tolak', 'Reject'],
  rejected: ['Ditolak', 'Rejected'],
  reopen: ['Buka kembali', 'Reopen'],
  resolve: ['Selesaikan', 'Resolve'],
  resolved: ['Terselesaikan', 'Resolved'],
  'resubmit-application': ['Ajukan kembali', 'Resubmit'],
  resubmit: ['Ajukan kembali', 'Resubmit'],
  'send-back': ['Kembalikan', 'Send back'],
  'send-back-to-citizen': ['Kembalikan ke pemohon', 'Send back to the applicant'],
  sendback: ['Kembalikan', 'Send back'],
  sendbacktocitizen: ['Kembalikan ke pemohon', 'Send back to the applicant'],
  'skip-payment': ['Lewati pembayaran', 'Skip the payment'],
  submit: ['Ajukan', 'Submit'],
  'submit-application': ['Ajukan permohonan', 'Submit the application'],
  'verify-and-forward': ['Verifikasi dan teruskan', 'Verify and forward'],
};

/** A title in both languages, and whether somebody still has to translate it. */
export function titleOf(name: string): { title: Localized; translated: boolean } {
  const key = kebabCase(name);
  const both = Object.hasOwn(known, key) ? known[key] : undefined;
  if (both) return { title: { id: both[0], en: both[1] }, translated: true };
  const text = readable(name);
  return { title: { id: text, en: text }, translated: false };
}

import type { Refusal } from '@satu-atap/domain';
import { rupiah } from './guard-text.ts';
import { list, say, type HttpProblem, type ProblemEntries } from './problem.ts';

type About = Extract<
  Refusal | HttpProblem,
  {
    type:
      | 'unknown-requirement'
      | 'document-type-not-accepted'
      | 'document-too-large'
      | 'document-not-found'
      | 'document-replaced'
      | 'document-empty'
      | 'document-erased'
      | 'nothing-to-erase'
      | 'applications-running'
      | 'document-content-mismatch'
      | 'no-fee-to-assess'
      | 'no-fee-due'
      | 'payment-exceeds-fee'
      | 'payment-already-received';
  }
>;

/** Papers and money. */
export const documentAndFeeProblems: ProblemEntries<About> = {
  'unknown-requirement': {
    status: 422,
    title: say('Persyaratan tidak dikenal', 'Unknown requirement'),
    what: ({ requirement, known }) =>
      say(
        `Layanan ini tidak meminta dokumen "${requirement}". Dokumen yang diminta: ${list(known)}.`,
        `This service does not ask for "${requirement}". It asks for: ${list(known)}.`,
      ),
    remedy: say('Sebutkan salah satu dari dokumen itu.', 'Name one of these.'),
  },
  'document-type-not-accepted': {
    status: 415,
    title: say('Jenis dokumen tidak diterima', 'Document type not accepted'),
    what: ({ mediaType, accepted }) =>
      say(
        `Jenis "${mediaType}" tidak diterima. Jenis yang diterima: ${list(accepted)}.`,
        `"${mediaType}" is not accepted. Accepted types: ${list(accepted)}.`,
      ),
    remedy: say(
      'Ubah dokumen ke salah satu jenis itu dan sebutkan jenisnya di Content-Type.',
      'Convert the document to one of these and name it in Content-Type.',
    ),
  },
  'document-too-large': {
    status: 413,
    title: say('Dokumen terlalu besar', 'Document too large'),
    what: ({ maxBytes }) =>
      say(
        `Dokumen ini paling besar ${mebibytes(maxBytes, 'id')} MiB (${maxBytes} byte).`,
        `This document may have ${mebibytes(maxBytes, 'en')} MiB (${maxBytes} bytes) at the most.`,
      ),
    remedy: say(
      'Perkecil dokumen, misalnya dengan resolusi pindai yang lebih rendah.',
      'Make it smaller, for example by scanning at a lower resolution.',
    ),
  },
  'document-not-found': {
    status: 404,
    title: say('Dokumen tidak ditemukan', 'Document not found'),
    what: ({ document }) =>
      say(
        `Permohonan ini tidak memiliki dokumen ${document}.`,
        `This application has no document ${document}.`,
      ),
    remedy: say(
      'Muat ulang permohonan; dokumennya tercantum di "facts.documents".',
      'Load the application again; "facts.documents" lists its documents.',
    ),
  },
  'document-replaced': {
    status: 409,
    title: say('Dokumen sudah diganti', 'Document replaced'),
    what: ({ document }) =>
      say(
        `Pemohon telah mengunggah pengganti dokumen ${document}.`,
        `The document ${document} was replaced by a newer one.`,
      ),
    remedy: say('Periksa dokumen yang terbaru.', 'Look at the newest one.'),
  },
  'document-erased': {
    status: 410,
    title: say('Dokumen sudah dihapus', 'Document erased'),
    what: ({ document }) =>
      say(
        `Isi dan nama berkas dokumen ${document} sudah dihapus bersama data pribadi pemohon.`,
        `The content and file name of the document ${document} were erased with the applicant’s personal data.`,
      ),
    remedy: say(
      'Dasar hukum penghapusan tercatat; tanyakan kepada pejabat pelindungan data pribadi.',
      'The legal ground of the erasure is recorded; ask the data protection officer.',
    ),
  },
  'nothing-to-erase': {
    status: 404,
    title: say('Tidak ada yang dihapus', 'Nothing to erase'),
    what: ({ applicant }) =>
      say(
        `Tidak ada permohonan dari pemohon "${applicant}".`,
        `There is no application of the applicant "${applicant}".`,
      ),
    remedy: say(
      'Periksa id pemohon: id itu tercantum di "applicant.id" pada permohonannya.',
      'Check the applicant’s id: it is "applicant.id" of their applications.',
    ),
  },
  'applications-running': {
    status: 409,
    title: say('Permohonan masih berjalan', 'Applications still run'),
    what: ({ applications }) => {
      const those = list(applications.map(({ id, service }) => `${id} (${service})`));
      return say(
        `Tidak ada yang dihapus: permohonan ini belum selesai: ${those}.`,
        `Nothing is erased: these applications have not ended: ${those}.`,
      );
    },
    remedy: say(
      'Selesaikan dahulu: putuskan, atau minta pemohon menariknya; lalu hapus lagi.',
      'Bring them to an end first: decide them, or have the applicant withdraw them; then erase again.',
    ),
  },
  'document-empty': {
    status: 422,
    title: say('Dokumen kosong', 'Empty document'),
    what: () => say('Tidak ada isi yang terkirim.', 'No content was sent.'),
    remedy: say(
      'Kirim isi dokumen sebagai badan permintaan.',
      'Send the document’s content as the request’s body.',
    ),
  },
  'document-content-mismatch': {
    status: 422,
    title: say('Isi tidak sesuai jenis dokumen', 'Content does not match its type'),
    what: ({ declared, found }) =>
      say(
        `Content-Type menyebut "${declared}", tetapi isinya ${found === undefined ? 'tidak dikenali' : `"${found}"`}.`,
        `Content-Type says "${declared}", but the content is ${found === undefined ? 'not recognised' : `"${found}"`}.`,
      ),
    remedy: say(
      'Simpan ulang dokumen dalam jenis yang benar; mengganti nama berkas saja tidak cukup.',
      'Save the document in the right format; renaming the file is not enough.',
    ),
  },
  'no-fee-to-assess': {
    status: 409,
    title: say('Tidak ada biaya yang ditetapkan', 'No fee to assess'),
    what: () =>
      say(
        'Biaya layanan ini tidak ditetapkan per permohonan.',
        'This service’s fee is not assessed per application.',
      ),
    remedy: say(
      'Lanjutkan tanpa penetapan biaya; lihat "fee" dalam definisi layanan.',
      'Go on without an assessment; see "fee" in the service’s definition.',
    ),
  },
  'no-fee-due': {
    status: 409,
    title: say('Tidak ada biaya terutang', 'No fee due'),
    what: () => say('Tidak ada yang masih harus dibayar.', 'There is nothing to be paid.'),
    remedy: say(
      'Bila uang telah diterima, kembalikan atau catat pada permohonan yang benar.',
      'If money was taken, return it or record it on the right application.',
    ),
  },
  'payment-exceeds-fee': {
    status: 422,
    title: say('Pembayaran melebihi biaya', 'Payment exceeds the fee'),
    what: ({ amount, outstanding }) =>
      say(
        `Rp ${rupiah(amount)} melebihi sisa biaya Rp ${rupiah(outstanding)}.`,
        `Rp ${rupiah(amount)} is more than the Rp ${rupiah(outstanding)} still due.`,
      ),
    remedy: say('Catat paling banyak sisa biayanya.', 'Record no more than what is still due.'),
  },
  'payment-already-received': {
    status: 409,
    title: say('Pembayaran sudah dicatat', 'Payment recorded already'),
    what: ({ reference }) =>
      say(
        `Pembayaran dengan nomor "${reference}" sudah dicatat.`,
        `The payment "${reference}" was recorded already.`,
      ),
    remedy: say(
      'Untuk pembayaran lain, pakai nomor referensinya sendiri.',
      'For another payment, give its own reference.',
    ),
  },
};

function mebibytes(bytes: number, language: 'id' | 'en'): string {
  const format = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 });
  return format.format(bytes / 1024 / 1024);
}

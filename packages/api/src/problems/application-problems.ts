import type { Refusal } from '@satu-atap/domain';
import { guardText } from './guard-text.ts';
import { list, say, type ProblemEntries } from './problem.ts';

type About = Extract<
  Refusal,
  {
    type:
      | 'application-not-found'
      | 'application-exists'
      | 'application-ended'
      | 'unknown-service'
      | 'unknown-office'
      | 'unknown-action'
      | 'action-not-available'
      | 'guard-not-met'
      | 'comment-required'
      | 'state-not-active'
      | 'invalid-data'
      | 'field-not-allowed'
      | 'clock-not-found'
      | 'clock-not-due'
      | 'too-late-to-extend'
      | 'already-extended'
      | 'cannot-migrate'
      | 'stale-revision'
      | 'idempotency-key-reused'
      | 'too-much-contention';
  }
>;

/** An application's way through its workflow. */
export const applicationProblems: ProblemEntries<About> = {
  'application-not-found': {
    status: 404,
    title: say('Permohonan tidak ditemukan', 'Application not found'),
    what: () =>
      say(
        'Tidak ada permohonan dengan nomor ini yang dapat Anda lihat.',
        'There is no application with this id that you may see.',
      ),
    remedy: say(
      'Periksa nomornya, atau cari di daftar permohonan Anda.',
      'Check the id, or look it up in your list of applications.',
    ),
  },
  'application-exists': {
    status: 409,
    title: say('Permohonan sudah ada', 'Application exists already'),
    what: () =>
      say(
        'Permohonan dengan nomor ini sudah diajukan.',
        'An application with this id was submitted already.',
      ),
    remedy: say(
      'Ajukan permohonan baru dengan Idempotency-Key yang lain.',
      'Submit a new application with another Idempotency-Key.',
    ),
  },
  'application-ended': {
    status: 409,
    title: say('Permohonan sudah selesai', 'Application has ended'),
    what: ({ outcome }) =>
      say(
        `Permohonan ini sudah berakhir: ${outcome}.`,
        `This application has ended with: ${outcome}.`,
      ),
    remedy: say('Ajukan permohonan baru bila perlu.', 'Submit a new application if need be.'),
  },
  'unknown-service': {
    status: 422,
    title: say('Layanan tidak dikenal', 'Unknown service'),
    what: ({ service }) =>
      say(`Tidak ada layanan "${service}".`, `There is no service "${service}".`),
    remedy: say(
      'Layanan yang tersedia ada di GET /api/v1/services.',
      'GET /api/v1/services lists the services.',
    ),
  },
  'unknown-office': {
    status: 422,
    title: say('Kantor tidak dikenal', 'Unknown office'),
    what: ({ office }) => say(`Tidak ada kantor "${office}".`, `There is no office "${office}".`),
    remedy: say('Periksa nama kantornya.', 'Check the name of the office.'),
  },
  'unknown-action': {
    status: 422,
    title: say('Tindakan tidak dikenal', 'Unknown action'),
    what: ({ action, known }) =>
      say(
        `Layanan ini tidak mengenal tindakan "${action}". Tindakan yang dikenal: ${list(known)}.`,
        `This service has no action "${action}". Its actions: ${list(known)}.`,
      ),
    remedy: say('Gunakan salah satu dari tindakan itu.', 'Use one of these actions.'),
  },
  'action-not-available': {
    status: 409,
    title: say('Tindakan tidak tersedia di tahap ini', 'Action not available now'),
    what: ({ action, state, available }) =>
      say(
        `Di tahap ${list(state)} tidak ada tindakan "${action}". Tindakan yang tersedia sekarang: ${list(available)}.`,
        `There is no "${action}" in ${list(state)}. Actions available now: ${list(available)}.`,
      ),
    remedy: say(
      'Muat ulang permohonan dan pilih salah satu tindakan yang tersedia.',
      'Load the application again and take one of the available actions.',
    ),
  },
  'guard-not-met': {
    status: 409,
    title: say('Syarat belum terpenuhi', 'Something is still to be done'),
    what: ({ action, unmet }) => {
      const { id, en } = guardText(unmet);
      return say(
        `Tindakan "${action}" belum dapat dilakukan. ${id}`,
        `"${action}" cannot be taken yet. ${en}`,
      );
    },
    remedy: say('Penuhi syarat itu, lalu ulangi.', 'Do that, then try again.'),
  },
  'comment-required': {
    status: 422,
    title: say('Catatan wajib diisi', 'A comment is required'),
    what: ({ action }) =>
      say(
        `Tindakan "${action}" memerlukan alasan di "comment".`,
        `"${action}" needs its reason in "comment".`,
      ),
    remedy: say('Kirim ulang dengan "comment".', 'Send it again with a "comment".'),
  },
  'state-not-active': {
    status: 409,
    title: say('Tahap tidak aktif', 'State not active'),
    what: ({ state, active }) =>
      say(
        `Berkas tidak berada di tahap "${state}". Tahap yang aktif: ${list(active)}.`,
        `The file is not in the state "${state}". Active states: ${list(active)}.`,
      ),
    remedy: say('Sebutkan tahap yang aktif.', 'Name a state that is active.'),
  },
  'invalid-data': {
    status: 422,
    title: say('Isian tidak sah', 'Invalid form data'),
    what: ({ issues }) =>
      say(
        `Isian yang perlu diperbaiki: ${issues.map(({ field, message }) => `${field} (${message.id})`).join('; ')}.`,
        `Fields to correct: ${issues.map(({ field, message }) => `${field} (${message.en})`).join('; ')}.`,
      ),
    remedy: say(
      'Isian yang diminta tercantum dalam definisi layanan, GET /api/v1/services/{id}.',
      'The service’s definition, GET /api/v1/services/{id}, says what each field takes.',
    ),
  },
  'field-not-allowed': {
    status: 422,
    title: say('Isian tidak boleh diubah di sini', 'Field not allowed here'),
    what: ({ field, allowed }) =>
      say(
        `"${field}" tidak diisi di sini. Isian yang boleh dikirim: ${list(allowed)}.`,
        `"${field}" is not entered here. Fields taken here: ${list(allowed)}.`,
      ),
    remedy: say('Kirim ulang tanpa isian itu.', 'Send it again without that field.'),
  },
  'clock-not-found': {
    status: 404,
    title: say('Jam layanan tidak ditemukan', 'Clock not found'),
    what: ({ clock }) =>
      say(`Permohonan ini tidak memiliki jam "${clock}".`, `There is no clock "${clock}" here.`),
    remedy: say('Muat ulang daftar jam layanan.', 'Load the list of clocks again.'),
  },
  'clock-not-due': {
    status: 409,
    title: say('Belum jatuh tempo', 'Not due'),
    what: ({ clock, dueAt }) =>
      say(
        `Jam "${clock}" belum jatuh tempo${dueAt === undefined ? '' : `; tenggatnya ${dueAt}`}.`,
        `The clock "${clock}" is not due${dueAt === undefined ? '' : ` before ${dueAt}`}.`,
      ),
    remedy: say('Tunggulah sampai tenggatnya.', 'Wait until it is due.'),
  },
  'too-late-to-extend': {
    status: 409,
    title: say('Waktu sudah habis', 'The time is over'),
    what: ({ dueAt }) =>
      say(
        `Janji layanan tidak dapat diperpanjang lagi${dueAt === undefined ? '' : `; tenggatnya ${dueAt}`}.`,
        `The promise cannot be given more time${dueAt === undefined ? '' : `: it was due ${dueAt}`}.`,
      ),
    remedy: say(
      'Selesaikan berkas; perpanjangan hanya sah sebelum tenggat.',
      'Finish the file: an extension holds only before the time is over.',
    ),
  },
  'already-extended': {
    status: 409,
    title: say('Sudah diperpanjang', 'Extended already'),
    what: ({ action, atMost }) =>
      say(
        `Tindakan "${action}" hanya boleh ${atMost} kali untuk satu permohonan.`,
        `The action "${action}" is allowed ${atMost} ${atMost === 1 ? 'time' : 'times'} for one application.`,
      ),
    remedy: say('Selesaikan berkas dalam waktu yang ada.', 'Finish the file in the time there is.'),
  },
  'cannot-migrate': {
    status: 409,
    title: say('Permohonan tidak dapat dipindahkan', 'Cannot migrate'),
    what: ({ version, problems }) =>
      say(
        `Permohonan ini belum dapat pindah ke versi ${version} (${list(problems.map(({ type }) => type))}).`,
        `The application cannot go on under version ${version} yet (${list(problems.map(({ type }) => type))}).`,
      ),
    remedy: say(
      'Putuskan tahap penggantinya dengan `satu-atap migrate --map`, lalu ulangi.',
      'Decide where it belongs with `satu-atap migrate --map`, and repeat.',
    ),
  },
  'stale-revision': {
    status: 412,
    title: say('Data sudah berubah', 'It has changed since'),
    what: ({ expected, actual }) =>
      say(
        `Anda melihat revisi ${expected}; sekarang revisi ${actual}.`,
        `You saw revision ${expected}; it is at ${actual} now.`,
      ),
    remedy: say(
      'Muat ulang, periksa perubahannya, lalu ulangi dengan ETag yang baru.',
      'Load it again, look at what changed, and repeat with the new ETag.',
    ),
  },
  'idempotency-key-reused': {
    status: 422,
    title: say('Idempotency-Key sudah terpakai', 'Idempotency key reused'),
    what: () =>
      say(
        'Kunci ini sudah dipakai untuk permintaan lain.',
        'This key was used for another request.',
      ),
    remedy: say(
      'Pakai kunci baru untuk permintaan baru; kirim ulang permintaan yang sama persis untuk mengulangnya.',
      'Use a new key for a new request; to retry one, send exactly the same request.',
    ),
  },
  'too-much-contention': {
    status: 503,
    title: say('Terlalu banyak perubahan bersamaan', 'Too many changes at once'),
    what: () =>
      say(
        'Pihak lain terus mengubah permohonan ini pada saat yang sama.',
        'Others keep changing this application at the same time.',
      ),
    remedy: say('Coba lagi sebentar.', 'Try again in a moment.'),
    retryAfter: 1,
  },
};

import { list, say, type HttpProblem, type ProblemEntries } from './problem.ts';

type About = Exclude<
  HttpProblem,
  {
    type:
      | 'document-empty'
      | 'nothing-to-erase'
      | 'applications-running'
      | 'document-erased'
      | 'event-not-found'
      | 'event-not-covered'
      | 'checkpoint-not-found'
      | 'log-not-as-signed'
      | 'document-content-mismatch'
      | 'invalid-definition'
      | 'notification-not-found'
      | 'notification-not-parked'
      | 'revision-not-found'
      | 'before-the-application'
      | 'moment-to-come'
      | 'moments-reversed';
  }
>;

/** What HTTP itself can have wrong. */
export const httpProblems: ProblemEntries<About> = {
  'malformed-url': {
    status: 400,
    title: say('Alamat tidak sah', 'Malformed address'),
    what: () =>
      say('Alamat permintaan tidak dapat dibaca.', 'The address of the request cannot be decoded.'),
    remedy: say(
      'Tulis karakter khusus sebagai %XX (UTF-8).',
      'Write special characters as %XX (UTF-8).',
    ),
  },
  'malformed-json': {
    status: 400,
    title: say('JSON tidak sah', 'Malformed JSON'),
    what: () =>
      say(
        'Badan permintaan bukan objek JSON yang sah, atau memuat nama "__proto__".',
        'The body is no valid JSON object, or has a property named "__proto__".',
      ),
    remedy: say(
      'Periksa tanda kurung, koma dan kutipnya.',
      'Check its brackets, commas and quotes.',
    ),
  },
  'invalid-request': {
    status: 400,
    title: say('Permintaan tidak sah', 'Invalid request'),
    what: ({ issues }) =>
      say(
        `Yang perlu diperbaiki: ${issues.map((issue) => `${issue.in} ${issue.field}: ${issue.message.id}`).join('; ')}.`,
        `To correct: ${issues.map((issue) => `${issue.in} ${issue.field}: ${issue.message.en}`).join('; ')}.`,
      ),
    remedy: say(
      'Bentuk setiap permintaan ada di /docs.',
      '/docs describes what each request takes.',
    ),
  },
  'invalid-cursor': {
    status: 400,
    title: say('Penanda halaman tidak sah', 'Invalid page cursor'),
    what: () => say('"after" bukan penanda dari daftar ini.', '"after" is no cursor of this list.'),
    remedy: say(
      'Pakai nilai "next" dari halaman sebelumnya, atau mulai dari awal tanpa "after".',
      'Use the "next" of the page before, or start again without "after".',
    ),
  },
  'body-too-large': {
    status: 413,
    title: say('Badan permintaan terlalu besar', 'Request body too large'),
    what: ({ maxBytes }) =>
      say(
        `Badan JSON paling besar ${maxBytes} byte.`,
        `JSON bodies have ${maxBytes} bytes at the most.`,
      ),
    remedy: say(
      'Kirim lebih sedikit; dokumen diunggah di /documents.',
      'Send less; documents go to /documents.',
    ),
  },
  'unsupported-media-type': {
    status: 415,
    title: say('Jenis isi tidak didukung', 'Unsupported media type'),
    what: ({ accepted }) =>
      say(`Yang diterima di sini: ${list(accepted)}.`, `Accepted here: ${list(accepted)}.`),
    remedy: say('Sebutkan jenisnya di Content-Type.', 'Name it in Content-Type.'),
  },
  'not-acceptable': {
    status: 406,
    title: say('Jenis jawaban tidak tersedia', 'Not acceptable'),
    what: ({ offered }) =>
      say(`Jawaban tersedia sebagai: ${list(offered)}.`, `Answers come as: ${list(offered)}.`),
    remedy: say('Sebutkan salah satunya di Accept.', 'Name one of these in Accept.'),
  },
  'not-found': {
    status: 404,
    title: say('Tidak ditemukan', 'Not found'),
    what: () => say('Tidak ada apa pun di alamat ini.', 'There is nothing at this address.'),
    remedy: say('Alamat yang ada tercantum di /docs.', '/docs lists the addresses there are.'),
  },
  'method-not-allowed': {
    status: 405,
    title: say('Metode tidak tersedia', 'Method not allowed'),
    what: ({ allowed }) =>
      say(`Metode di alamat ini: ${list(allowed)}.`, `Methods at this address: ${list(allowed)}.`),
    remedy: say('Pakai salah satu metode itu.', 'Use one of these methods.'),
  },
  unauthenticated: {
    status: 401,
    title: say('Belum masuk', 'Not signed in'),
    what: () => say('Permintaan ini tidak membawa token.', 'This request carries no token.'),
    remedy: say(
      'Masuklah dan kirim "Authorization: Bearer <token>".',
      'Sign in and send "Authorization: Bearer <token>".',
    ),
  },
  'token-expired': {
    status: 401,
    title: say('Sesi berakhir', 'Session expired'),
    what: () => say('Masa berlaku token sudah habis.', 'The token has expired.'),
    remedy: say('Masuklah kembali.', 'Sign in again.'),
  },
  'invalid-token': {
    status: 401,
    title: say('Token tidak sah', 'Invalid token'),
    what: ({ reason }) => say(`Token ditolak: ${reason}.`, `The token was refused: ${reason}.`),
    remedy: say(
      'Masuklah kembali; bila berulang, hubungi pengelola identitas.',
      'Sign in again; if it happens again, tell whoever runs the identity provider.',
    ),
  },
  'reserved-role': {
    status: 403,
    title: say('Peran khusus sistem', 'Reserved role'),
    what: ({ role }) =>
      say(
        `Peran "${role}" hanya untuk mesin ini sendiri dan tidak dapat dibawa token.`,
        `The role "${role}" is the engine's own and cannot come from a token.`,
      ),
    remedy: say(
      'Hapus peran itu dari akun di penyedia identitas.',
      'Remove that role from the account at the identity provider.',
    ),
  },
  'office-required': {
    status: 403,
    title: say('Akun tanpa kantor', 'Account without an office'),
    what: () =>
      say(
        'Petugas melihat berkas kantornya, tetapi token ini tidak menyebut kantor.',
        'Officers see the files of their office, and this token names none.',
      ),
    remedy: say(
      'Mintalah pengelola identitas mengisi klaim "office".',
      'Ask whoever runs the identity provider to fill in the claim "office".',
    ),
  },
  'service-not-found': {
    status: 404,
    title: say('Layanan tidak ditemukan', 'Service not found'),
    what: ({ service }) =>
      say(`Tidak ada layanan "${service}".`, `There is no service "${service}".`),
    remedy: say(
      'Layanan yang tersedia ada di GET /api/v1/services.',
      'GET /api/v1/services lists the services.',
    ),
  },
  'read-model-behind': {
    status: 503,
    title: say('Data belum terkini', 'Not up to date yet'),
    what: ({ position }) =>
      say(
        `Data baca belum sampai ke posisi ${position}.`,
        `The read models have not reached position ${position} yet.`,
      ),
    remedy: say(
      'Coba lagi sebentar, atau baca tanpa X-At-Least-Position.',
      'Try again in a moment, or read without X-At-Least-Position.',
    ),
    retryAfter: 1,
  },
  'store-unavailable': {
    status: 503,
    title: say('Penyimpanan tidak tersedia', 'Store unavailable'),
    what: () =>
      say(
        'Penyimpanan peristiwa tidak menjawab; belum pasti apakah permintaan ini tercatat.',
        'The event store does not answer; whether this request was recorded is not certain.',
      ),
    remedy: say(
      'Coba lagi; dengan Idempotency-Key yang sama tidak ada yang tercatat dua kali.',
      'Try again; with the same Idempotency-Key nothing is recorded twice.',
    ),
    retryAfter: 5,
  },
  'read-models-unavailable': {
    status: 503,
    title: say('Data baca tidak tersedia', 'Read models unavailable'),
    what: () =>
      say(
        'Basis data untuk daftar dan pencarian tidak menjawab.',
        'The database of lists and searches does not answer.',
      ),
    remedy: say('Coba lagi sebentar.', 'Try again in a moment.'),
    retryAfter: 5,
  },
  'identity-unavailable': {
    status: 503,
    title: say('Penyedia identitas tidak tersedia', 'Identity provider unavailable'),
    what: () =>
      say(
        'Kunci penyedia identitas tidak dapat diambil, sehingga token tidak dapat diperiksa.',
        'The identity provider’s keys cannot be fetched, so tokens cannot be checked.',
      ),
    remedy: say('Coba lagi sebentar.', 'Try again in a moment.'),
    retryAfter: 5,
  },
  internal: {
    status: 500,
    title: say('Kesalahan di pihak kami', 'An error on our side'),
    what: ({ requestId }) =>
      say(
        `Terjadi kesalahan; catatannya bernomor ${requestId}.`,
        `Something went wrong; it is on record as ${requestId}.`,
      ),
    remedy: say(
      'Coba lagi; bila berulang, sampaikan nomor itu kepada pengelola.',
      'Try again; if it happens again, give that number to the operator.',
    ),
  },
};

import { say, type HttpProblem, type ProblemEntries } from './problem.ts';

type About = Extract<
  HttpProblem,
  {
    type: 'event-not-found' | 'event-not-covered' | 'checkpoint-not-found' | 'log-not-as-signed';
  }
>;

/** What cannot be proved of the log, and why. */
export const integrityProblems: ProblemEntries<About> = {
  'event-not-found': {
    status: 404,
    title: say('Peristiwa tidak ditemukan', 'Event not found'),
    what: ({ stream, revision }) =>
      say(
        `Aliran "${stream}" tidak memiliki peristiwa ${revision}.`,
        `The stream "${stream}" has no event ${revision}.`,
      ),
    remedy: say(
      'Aliran sebuah permohonan bernama application-{id}; peristiwanya dihitung dari 0.',
      'An application’s stream is application-{id}; its events count from 0.',
    ),
  },
  'event-not-covered': {
    status: 409,
    title: say('Belum tercakup titik periksa', 'Not covered by a checkpoint yet'),
    what: ({ stream, revision }) =>
      say(
        `Titik periksa yang diminta belum mencakup peristiwa ${revision} dari "${stream}".`,
        `The checkpoint that was asked for does not cover event ${revision} of "${stream}".`,
      ),
    remedy: say(
      'Titik periksa ditandatangani secara berkala; cobalah lagi nanti dengan yang terbaru.',
      'Checkpoints are signed at intervals; try again later, with the newest.',
    ),
    retryAfter: 60,
  },
  'checkpoint-not-found': {
    status: 404,
    title: say('Titik periksa tidak ditemukan', 'Checkpoint not found'),
    what: ({ size }) =>
      size === undefined
        ? say('Belum ada titik periksa yang ditandatangani.', 'No checkpoint was signed yet.')
        : say(
            `Tidak ada titik periksa yang mencakup tepat ${size} peristiwa.`,
            `No checkpoint covers exactly ${size} events.`,
          ),
    remedy: say(
      'Daftarnya ada di GET /api/v1/integrity/checkpoints.',
      'GET /api/v1/integrity/checkpoints lists them.',
    ),
  },
  'log-not-as-signed': {
    status: 409,
    title: say('Catatan tidak seperti yang ditandatangani', 'The log is not what was signed'),
    what: () =>
      say(
        'Catatan peristiwa berbeda dari yang ditandatangani, sehingga tidak ada bukti yang dapat diberikan.',
        'The log differs from what was signed, so no proof can be given.',
      ),
    remedy: say(
      'Mintalah pengelola menjalankan "satu-atap integrity check": perintah itu menyebut apa yang berubah.',
      'Ask the operator to run "satu-atap integrity check": it names what was altered.',
    ),
  },
};

import type { Refusal } from '@satu-atap/domain';
import { list, say, type HttpProblem, type ProblemEntries } from './problem.ts';

type About = Extract<
  Refusal | HttpProblem,
  {
    type:
      | 'invalid-definition'
      | 'service-retired'
      | 'service-withdrawn'
      | 'service-not-offered'
      | 'version-not-found'
      | 'version-withdrawn'
      | 'content-withdrawn';
  }
>;

/** How services come into force, and end. */
export const serviceProblems: ProblemEntries<About> = {
  'invalid-definition': {
    status: 422,
    title: say('Definisi layanan tidak sah', 'Invalid service definition'),
    what: ({ problems }) => {
      const errors = problems.filter(({ severity }) => severity === 'error').length;
      return say(
        `Definisi ini belum dapat diterbitkan; ada ${errors} kesalahan, masing-masing dengan tempatnya di "problems".`,
        `This definition cannot be published; "problems" says what is wrong and where: errors: ${errors}.`,
      );
    },
    remedy: say(
      'Perbaiki, periksa dengan `satu-atap check`, lalu terbitkan lagi.',
      'Correct it, look at it with `satu-atap check`, and publish it again.',
    ),
  },
  'service-retired': {
    status: 409,
    title: say('Layanan sudah dihentikan', 'The service has ended'),
    what: ({ since, reason, legalBasis }) =>
      say(
        `Sejak ${since} layanan ini tidak menerima permohonan baru. ${sentence(reason.id)} Dasar: ${sentence(legalBasis)}`,
        `Since ${since} this service takes no new applications. ${sentence(reason.en)} Legal basis: ${sentence(legalBasis)}`,
      ),
    remedy: say(
      'Permohonan yang sudah berjalan tetap diselesaikan. Layanan yang dibuka ada di GET /api/v1/services.',
      'Applications under way go on to their end. GET /api/v1/services lists the services that are open.',
    ),
  },
  'service-withdrawn': {
    status: 409,
    title: say('Layanan ditarik', 'The service was withdrawn'),
    what: ({ service, reason }) =>
      say(
        `Tidak ada versi layanan "${service}" yang berlaku.${reason ? ` ${sentence(reason.id)}` : ''}`,
        `No version of the service "${service}" is in force.${reason ? ` ${sentence(reason.en)}` : ''}`,
      ),
    remedy: say(
      'Tunggulah sampai unitnya menerbitkan versi yang benar.',
      'Wait until its unit publishes a corrected version.',
    ),
  },
  'service-not-offered': {
    status: 422,
    title: say('Layanan tidak tersedia di kantor ini', 'Not offered at this office'),
    what: ({ service, office, offices }) =>
      say(
        `Kantor "${office}" tidak melayani "${service}". Kantor yang melayaninya: ${list(offices)}.`,
        `The office "${office}" does not offer "${service}". Offices that do: ${list(offices)}.`,
      ),
    remedy: say(
      'Ajukan di salah satu kantor itu. Layanan satu kantor ada di GET /api/v1/services?office=….',
      'Apply at one of these. GET /api/v1/services?office=… lists what an office offers.',
    ),
  },
  'version-not-found': {
    status: 404,
    title: say('Versi tidak ditemukan', 'Version not found'),
    what: ({ service, version }) =>
      say(
        `Layanan "${service}" tidak memiliki versi ${version}.`,
        `The service "${service}" has no version ${version}.`,
      ),
    remedy: say(
      'Versi-versinya ada di GET /api/v1/services/{id}/versions.',
      'GET /api/v1/services/{id}/versions lists its versions.',
    ),
  },
  'version-withdrawn': {
    status: 409,
    title: say('Versi ditarik', 'The version was withdrawn'),
    what: ({ service, version, reason }) =>
      say(
        `Versi ${version} dari "${service}" ditarik. ${sentence(reason.id)}`,
        `Version ${version} of "${service}" was withdrawn. ${sentence(reason.en)}`,
      ),
    remedy: say(
      'Pindahkan permohonan ke versi yang berlaku.',
      'Move applications to a version that is in force.',
    ),
  },
  'content-withdrawn': {
    status: 409,
    title: say('Isi yang sudah ditarik', 'Content that was withdrawn'),
    what: ({ service, version, reason }) =>
      say(
        `Isi ini sama dengan versi ${version} dari "${service}", yang ditarik. ${sentence(reason.id)}`,
        `This is the content of version ${version} of "${service}", which was withdrawn. ${sentence(reason.en)}`,
      ),
    remedy: say(
      'Perbaiki definisinya; bila penarikan itu keliru, terbitkan lagi dengan again=true (`satu-atap publish --again`).',
      'Correct the definition; if it was withdrawn by mistake, publish it with again=true (`satu-atap publish --again`).',
    ),
  },
};

/** Somebody's words as a sentence of their own. */
function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

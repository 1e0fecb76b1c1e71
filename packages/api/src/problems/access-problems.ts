import type { AccessUnmet, Refusal } from '@satu-atap/domain';
import { list, say, type ProblemEntries } from './problem.ts';

type About = Extract<
  Refusal,
  {
    type: AccessUnmet['type'] | 'assigned-to-another' | 'not-at-this-desk' | 'not-assigned';
  }
>;

/** Who may touch a file. */
export const accessProblems: ProblemEntries<About> = {
  'role-required': {
    status: 403,
    title: say('Peran tidak sesuai', 'Another role is required'),
    what: ({ roles }) =>
      say(
        `Hal ini hanya untuk peran: ${list(roles)}.`,
        `This is only for the roles: ${list(roles)}.`,
      ),
    remedy: say(
      'Masuklah dengan akun yang memegang salah satu peran itu, atau mintalah rekan yang memegangnya.',
      'Sign in with an account that has one of these roles, or ask a colleague who has it.',
    ),
  },
  'not-your-application': {
    status: 403,
    title: say('Bukan permohonan Anda', 'Not your application'),
    what: () =>
      say(
        'Pemohon hanya dapat bertindak atas permohonannya sendiri.',
        'Applicants act on their own applications only.',
      ),
    remedy: say(
      'Masuklah sebagai pemohon dari permohonan ini, atau datanglah ke loket.',
      'Sign in as the applicant of this application, or come to the counter.',
    ),
  },
  'other-office': {
    status: 403,
    title: say('Permohonan di kantor lain', 'Application of another office'),
    what: ({ office }) =>
      say(`Berkas ini milik kantor "${office}".`, `This belongs to the office "${office}".`),
    remedy: say(
      'Mintalah petugas kantor itu untuk menanganinya.',
      'Ask an officer of that office to handle it.',
    ),
  },
  'other-unit': {
    status: 403,
    title: say('Tindakan unit lain', 'Action of another unit'),
    what: ({ unit }) =>
      say(
        `Tindakan ini dilakukan oleh petugas unit "${unit}".`,
        `Officers of the unit "${unit}" take this action.`,
      ),
    remedy: say('Mintalah petugas unit itu.', 'Ask an officer of that unit.'),
  },
  'assigned-to-another': {
    status: 409,
    title: say('Dipegang petugas lain', 'Held by another officer'),
    what: ({ state, officer }) =>
      say(
        `Di tahap "${state}" berkas ini dipegang oleh ${officer}.`,
        `In the state "${state}" this file is held by ${officer}.`,
      ),
    remedy: say(
      'Mintalah petugas itu melepaskannya, atau mintalah penyelia menugaskannya kepada Anda.',
      'Ask that officer to release it, or a supervisor to assign it to you.',
    ),
  },
  'not-at-this-desk': {
    status: 409,
    title: say('Berkas tidak di meja Anda', 'Not at your desk'),
    what: ({ state }) =>
      say(
        `Berkas ini sedang di tahap: ${list(state)}; di sana tidak ada tindakan untuk Anda.`,
        `The file is in: ${list(state)}; nothing there is yours to do.`,
      ),
    remedy: say(
      'Dokumen dan biaya diurus oleh pihak yang sedang memegang berkas; tunggulah sampai berkas tiba di meja Anda.',
      'Documents and fees are handled by whoever has the file; wait until it comes to you.',
    ),
  },
  'not-assigned': {
    status: 409,
    title: say('Tidak ada yang memegang', 'Held by nobody'),
    what: ({ state }) =>
      say(
        `Di tahap "${state}" berkas ini tidak dipegang siapa pun.`,
        `Nobody holds this file in the state "${state}".`,
      ),
    remedy: say('Tidak ada yang perlu dilepaskan.', 'There is nothing to release.'),
  },
};

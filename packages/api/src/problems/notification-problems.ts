import { say, type HttpProblem, type ProblemEntries } from './problem.ts';

type About = Extract<HttpProblem, { type: 'notification-not-found' | 'notification-not-parked' }>;

/** What people were told of a file, and were not. */
export const notificationProblems: ProblemEntries<About> = {
  'notification-not-found': {
    status: 404,
    title: say('Pemberitahuan tidak ditemukan', 'Notification not found'),
    what: () =>
      say(
        'Permohonan ini tidak memiliki pemberitahuan dengan nomor itu.',
        'This application has no notification of that id.',
      ),
    remedy: say(
      'Daftarnya ada di GET /api/v1/applications/{id}/notifications.',
      'GET /api/v1/applications/{id}/notifications lists them.',
    ),
  },
  'notification-not-parked': {
    status: 409,
    title: say('Pemberitahuan tidak ditahan', 'The notification is not parked'),
    what: ({ standing }) =>
      say(
        `Hanya pemberitahuan yang ditahan dapat dikirim lagi; yang ini berstatus "${standing}".`,
        `Only what is parked can be sent again; this one is "${standing}".`,
      ),
    remedy: say(
      'Yang sudah terkirim tidak dikirim dua kali; yang menunggu dikirim dengan sendirinya.',
      'What was sent is not sent twice; what waits is sent by itself.',
    ),
  },
};

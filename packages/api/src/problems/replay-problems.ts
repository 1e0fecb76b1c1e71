import { say, type HttpProblem, type ProblemEntries } from './problem.ts';

type About = Extract<
  HttpProblem,
  {
    type: 'revision-not-found' | 'before-the-application' | 'moment-to-come' | 'moments-reversed';
  }
>;

/** Moments of an application's life that there are not. */
export const replayProblems: ProblemEntries<About> = {
  'revision-not-found': {
    status: 404,
    title: say('Revisi tidak ada', 'There is no such revision'),
    what: ({ revision, newest }) =>
      say(
        `Permohonan ini tidak memiliki revisi ${revision}; yang terakhir revisi ${newest}.`,
        `This application has no revision ${revision}; its newest is ${newest}.`,
      ),
    remedy: say(
      'Sebutkan revisi dari 0 sampai yang terakhir, atau suatu saat.',
      'Name a revision from 0 to the newest, or an instant.',
    ),
  },
  'before-the-application': {
    status: 404,
    title: say('Permohonan belum ada', 'The application was not there yet'),
    what: ({ at, submittedAt }) =>
      say(
        `Pada ${at} permohonan ini belum ada: diajukan pada ${submittedAt}.`,
        `At ${at} this application was not there yet: it was submitted at ${submittedAt}.`,
      ),
    remedy: say('Sebutkan saat sesudah itu.', 'Name an instant after that.'),
  },
  'moment-to-come': {
    status: 400,
    title: say('Saat itu belum tiba', 'That moment is still to come'),
    what: ({ at }) =>
      say(
        `${at} belum tiba: tidak ada yang tercatat.`,
        `${at} is still to come: nothing is recorded.`,
      ),
    remedy: say(
      'Sebutkan saat yang sudah lewat; tanpa saat, keadaan sekarang yang dijawab.',
      'Name an instant that has passed; without one, the present is answered.',
    ),
  },
  'moments-reversed': {
    status: 400,
    title: say('Urutan saat terbalik', 'The moments are the wrong way round'),
    what: ({ from, to }) =>
      say(
        `Saat pertama (revisi ${from}) sesudah saat kedua (revisi ${to}).`,
        `The first moment (revision ${from}) lies after the second (revision ${to}).`,
      ),
    remedy: say('Tukarkan from dan to.', 'Exchange from and to.'),
  },
};

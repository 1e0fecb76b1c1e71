import type { Localized, MigrationNote, MigrationProblem } from '@satu-atap/domain';
import { list, say } from './problem.ts';

/** Why a running file cannot move to another version until somebody decides something, for people. */
export function migrationProblemText(problem: MigrationProblem): Localized {
  switch (problem.type) {
    case 'state-gone':
      return say(
        `Tahap "${problem.state}" tidak ada lagi.`,
        `There is no state "${problem.state}" any more.`,
      );
    case 'mapped-to-unknown':
      return say(
        `Tahap pengganti "${problem.target}" tidak ada.`,
        `There is no state "${problem.target}" to move to.`,
      );
    case 'unit-changed':
      return say(
        `Tahap "${problem.state}" menjadi milik unit ${problem.after}, bukan ${problem.before}.`,
        `"${problem.state}" belongs to the unit ${problem.after}, no longer to ${problem.before}.`,
      );
    case 'states-exclude-each-other':
      return say(
        `Tahap ${list(problem.states)} tidak pernah aktif bersamaan.`,
        `The states ${list(problem.states)} are never active at once.`,
      );
    case 'region-without-place':
      return say(
        `Tahap "${problem.state}" memuat pekerjaan sejajar yang lain: ${list(problem.regions)}.`,
        `"${problem.state}" has more parallel work: ${list(problem.regions)}.`,
      );
    case 'would-end':
      return say(
        `Berkas akan langsung berakhir: ${problem.outcome}.`,
        `The file would end there with: ${problem.outcome}.`,
      );
    case 'nobody-could-act':
      return say(
        `Tidak seorang pun dapat bertindak di tahap ${list(problem.states)}.`,
        `Nobody has an action in ${list(problem.states)}.`,
      );
    case 'condition-undefined':
      return say(
        `Syarat membaca isian yang tidak dimiliki berkas: ${list(problem.fields)}.`,
        `Conditions read fields that the file lacks: ${list(problem.fields)}.`,
      );
    case 'four-eyes-lost':
      return say(
        `Asas empat mata menanyakan ${list(problem.asked)}; berkas ini mencatat ${list(problem.taken)}.`,
        `Four eyes ask who took ${list(problem.asked)}; this file took ${list(problem.taken)}.`,
      );
    case 'fee-never-assessed':
      return say(
        'Biaya ditetapkan saat pengajuan, dan berkas ini diajukan tanpa penetapan itu.',
        'The fee is decided at submission, and this file was submitted without one.',
      );
  }
}

/** What the version asks at submission and a file does not have: it moves all the same. */
export function migrationNoteText(note: MigrationNote): Localized {
  switch (note.type) {
    case 'field-missing':
      return say(
        `Isian wajib "${note.field}" kosong.`,
        `No value for the required field "${note.field}".`,
      );
    case 'field-not-valid':
      return say(
        `Isian "${note.field}" tidak akan diterima lagi.`,
        `A value of "${note.field}" that the form would not take any more.`,
      );
    case 'document-missing':
      return say(
        `Dokumen "${note.document}", yang kini wajib, tidak ada.`,
        `No "${note.document}", which is required now.`,
      );
  }
}

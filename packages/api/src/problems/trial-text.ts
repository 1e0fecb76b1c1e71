import {
  activeStates,
  durationInWords,
  rupiahInWords,
  type Difference,
  type Issued,
  type Localized,
  type Promised,
  type StateValue,
} from '@satu-atap/domain';
import { problemEntry } from './problem-table.ts';
import { list, say } from './problem.ts';

/** What a draft would have done otherwise, for people. */
export function differenceText(difference: Difference): Localized {
  switch (difference.type) {
    case 'refused': {
      const { id, en } = problemEntry(difference.refusal.type).what(difference.refusal);
      return say(`Akan ditolak. ${id}`, `Would be refused. ${en}`);
    }
    case 'leads-elsewhere':
      return say(
        `Menuju ${states(difference.was)}; akan menuju ${states(difference.wouldBe)}.`,
        `Led to ${states(difference.was)}; would lead to ${states(difference.wouldBe)}.`,
      );
    case 'ends-otherwise':
      return endText(difference);
    case 'sets-otherwise':
      return say(
        `Isian akan lain: ${list(difference.fields)}.`,
        `Would set other values: ${list(difference.fields)}.`,
      );
    case 'issues-otherwise':
      return change(issued(difference.was), issued(difference.wouldBe));
    case 'fee':
      return change(amount(difference.was), amount(difference.wouldBe));
    case 'clock':
      return change(modes[difference.was], modes[difference.wouldBe]);
    case 'promise':
      return change(promise(difference.was), promise(difference.wouldBe));
    case 'warning':
      return say(
        `Peringatan pada ${percent(difference.was)} waktu; akan pada ${percent(difference.wouldBe)}.`,
        `Warned after ${percent(difference.was)} of the time; would be after ${percent(difference.wouldBe)}.`,
      );
    case 'no-place':
      return say(
        `Berkas di tahap ${states(difference.was)}, yang tidak ada di rancangan ini.`,
        `The file stood in ${states(difference.was)}, for which the draft has no place.`,
      );
  }
}

const modes = {
  running: say('jam layanan berjalan', 'the clock ran'),
  paused: say('jam layanan dijeda', 'the clock was paused'),
  stopped: say('jam layanan berhenti', 'the clock was stopped'),
};

const standings = {
  'in-time': say('tepat waktu', 'in time'),
  late: say('terlambat', 'late'),
  'not-running': say('jam tidak berjalan', 'its clock not running'),
};

function change(was: Localized, wouldBe: Localized): Localized {
  return say(`Dulu: ${was.id}; akan: ${wouldBe.id}.`, `Was: ${was.en}; would be: ${wouldBe.en}.`);
}

function endText({ was, wouldBe }: Extract<Difference, { type: 'ends-otherwise' }>): Localized {
  return change(
    was === undefined ? say('tidak berakhir', 'no end') : say(`berakhir ${was}`, `ended ${was}`),
    wouldBe === undefined
      ? say('tidak berakhir', 'no end')
      : say(`berakhir ${wouldBe}`, `ended ${wouldBe}`),
  );
}

function amount(due: number | undefined): Localized {
  return due === undefined
    ? say('tidak ditetapkan saat pengajuan', 'not decided at submission')
    : rupiahInWords(due);
}

function issued(outputs: readonly Issued[]): Localized {
  if (outputs.length === 0) return say('tidak ada yang diterbitkan', 'nothing issued');
  const texts = outputs.map(({ output, validUntil, number }) => {
    const pattern = number === undefined ? '' : ` (${number})`;
    return validUntil === undefined
      ? say(`${output}${pattern}`, `${output}${pattern}`)
      : say(`${output}${pattern} sampai ${validUntil}`, `${output}${pattern} until ${validUntil}`);
  });
  return say(list(texts.map(({ id }) => id)), list(texts.map(({ en }) => en)));
}

function promise(one: Promised | undefined): Localized {
  if (!one) return say('tidak ada janji', 'no promise');
  const { id, en } = durationInWords(one.standard);
  const standing = standings[one.standing];
  return say(`${id}, ${standing.id}`, `${en}, ${standing.en}`);
}

const states = (value: StateValue): string => activeStates(value).join(' + ');
const percent = (share: number): string => `${Math.round(share * 100)} %`;

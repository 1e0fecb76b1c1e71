import type { Refusal } from '../application/refusal.ts';
import type { Localized } from '../names.ts';
import type { FindingReason } from './finding.ts';

/** Values are shown so far; evidence holds the whole. */
const longestValue = 120;

/**
 * What was found, as a person reads it.
 *
 * @param refusalInWords what the rules would have said
 */
export function findingInWords(
  reason: FindingReason,
  refusalInWords: (refusal: Refusal) => Localized,
): Localized {
  switch (reason.finding) {
    case 'refused': {
      const { id, en } = refusalInWords(reason.refusal);
      return say(`menurut aturan akan ditolak: ${id}`, `the rules would have refused it: ${en}`);
    }
    case 'recorded-otherwise': {
      const { path } = reason;
      const [is, shouldBe] = [valueInWords(reason.is), valueInWords(reason.shouldBe)];
      return say(
        `${path} tercatat ${is.id}, seharusnya ${shouldBe.id}`,
        `${path} is ${is.en}, and should be ${shouldBe.en}`,
      );
    }
    case 'not-called-for':
      return say(
        'tidak ada perintah yang menghasilkan peristiwa ini',
        'no command leads to this event',
      );
    case 'left-out':
      return say(
        `peristiwa ${reason.shouldBe} yang menyertainya tidak ada`,
        `the event ${reason.shouldBe} that comes with it is not there`,
      );
    case 'unnumbered':
      return say(
        `dokumen tidak bernomor dari seri ${reason.series}`,
        `the document bears no number of the series ${reason.series}`,
      );
    case 'number-not-reserved': {
      const { number, series, sequence } = reason;
      return say(
        `nomor ${number} (${sequence} dari ${series}) tidak dicadangkan untuk permohonan ini`,
        `the number ${number} (${sequence} of ${series}) is not reserved for this application`,
      );
    }
    case 'not-in-force': {
      const { version, inForce } = reason;
      return say(
        `versi ${version} tidak berlaku lagi; yang berlaku versi ${inForce}`,
        `version ${version} was in force no more; version ${inForce} was`,
      );
    }
    case 'undecidable':
      return say(
        `aturan tidak dapat ditanyakan: ${reason.reason}`,
        `no rule can be asked: ${reason.reason}`,
      );
    case 'unreadable':
      return say(`tidak dapat dibaca: ${reason.reason}`, `it cannot be read: ${reason.reason}`);
    case 'gap':
      return say(
        `revisi ${reason.expected} seharusnya ada di sini`,
        `revision ${reason.expected} should stand here`,
      );
    case 'earlier-than-before':
      return say(
        `waktunya mendahului peristiwa sebelumnya (${reason.before})`,
        `it says it happened before what stands before it (${reason.before})`,
      );
    case 'other-office': {
      const { office, recorded } = reason;
      return say(
        `tercatat di kantor ${recorded}, permohonan milik kantor ${office}`,
        `recorded for the office ${recorded}, the application is of ${office}`,
      );
    }
    case 'mixed-command':
      return say(
        `berbeda dari peristiwa lain dari perintah yang sama: ${reason.path}`,
        `differs from the other events of its command in ${reason.path}`,
      );
    case 'repeated-command':
      return say(
        `perintah ${reason.command} sudah tercatat sebelumnya`,
        `the command ${reason.command} is recorded before`,
      );
    case 'unknown-version': {
      const { service, version } = reason;
      return say(
        `${service} versi ${version} belum pernah diterbitkan`,
        `version ${version} of ${service} had not been published`,
      );
    }
    case 'unknown-office':
      return say(
        `kantor ${reason.office} tidak dikenal di sini: tidak dapat diperiksa`,
        `the office ${reason.office} is not configured here: it cannot be checked`,
      );
    case 'other-stream':
      return say(`isinya milik ${reason.shouldBe}`, `what it says belongs to ${reason.shouldBe}`);
  }
}

function valueInWords(value: unknown): Localized {
  if (value === undefined) return say('tidak ada', 'not there');
  const text = JSON.stringify(value);
  const shown = text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
  return say(shown, shown);
}

const say = (id: string, en: string): Localized => ({ id, en });

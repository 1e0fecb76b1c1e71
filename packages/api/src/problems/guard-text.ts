import { canonicalJson, type GuardUnmet, type Localized } from '@satu-atap/domain';
import { list, say } from './problem.ts';

/** What is still to be done before a guard lets the file through. */
export function guardText(unmet: GuardUnmet): Localized {
  switch (unmet.guard) {
    case 'documents-attached':
      return say(
        `Dokumen yang masih kurang: ${list(unmet.missing)}.`,
        `Documents still missing: ${list(unmet.missing)}.`,
      );
    case 'requirements-verified':
      return joined(
        [
          unmet.missing.length > 0 &&
            say(
              `Dokumen yang masih kurang: ${list(unmet.missing)}.`,
              `Documents still missing: ${list(unmet.missing)}.`,
            ),
          unmet.unverified.length > 0 &&
            say(
              `Dokumen yang belum diverifikasi: ${list(unmet.unverified)}.`,
              `Documents not yet verified: ${list(unmet.unverified)}.`,
            ),
        ].filter((text) => text !== false),
        ' ',
      );
    case 'fee-assessed':
      return say('Biaya belum ditetapkan.', 'The fee has not been assessed yet.');
    case 'fee-paid':
      return unmet.assessed
        ? say(
            `Biaya yang masih harus dibayar: Rp ${rupiah(unmet.outstanding)}.`,
            `Still to be paid: Rp ${rupiah(unmet.outstanding)}.`,
          )
        : say('Biaya belum ditetapkan.', 'The fee has not been assessed yet.');
    case 'not-the-same-officer':
      return say(
        `Anda sendiri yang melakukan "${unmet.action}"; langkah ini harus dilakukan petugas lain.`,
        `You took "${unmet.action}" yourself; another officer must take this one.`,
      );
    case 'condition':
      return (
        unmet.message ??
        say(`Syarat belum terpenuhi: ${unmet.expression}`, `Condition not met: ${unmet.expression}`)
      );
    case 'erased':
      return say(
        `Tidak dapat diketahui: data pribadi yang dibaca syarat ini sudah dihapus (${list(unmet.fields)}).`,
        `Cannot be known: the personal data that this condition reads are erased (${list(unmet.fields)}).`,
      );
    case 'any': {
      const { id, en } = joined(unmet.unmet.map(guardText), ' / ');
      return say(`Salah satu harus dipenuhi: ${id}`, `One of these must be met: ${en}`);
    }
    case 'not':
      return say(
        `Syarat ini tidak boleh terpenuhi: ${canonicalJson(unmet.of)}.`,
        `This must not be the case: ${canonicalJson(unmet.of)}.`,
      );
  }
}

function joined(texts: readonly Localized[], by: string): Localized {
  return say(texts.map(({ id }) => id).join(by), texts.map(({ en }) => en).join(by));
}

/** Whole rupiah as written in Indonesia: 1.250.000. */
export function rupiah(amount: number): string {
  return new Intl.NumberFormat('id-ID').format(amount);
}

import type { Localized } from '@satu-atap/domain';

/** Something in a bundle that does not hold: in which file, at which line, and what. */
export type BundleFinding = {
  file: string;
  /** From 1; absent where it is about the whole file. */
  line?: number;
  problem: Localized;
};

/** What is wrong with a bundle, in words. */
export const problems = {
  notListed: () => say('tidak tercantum dalam manifest.json', 'is not listed in manifest.json'),
  notThere: () => say('tercantum tetapi tidak ada', 'is listed and not there'),
  altered: () =>
    say('isinya bukan yang tercantum dalam manifest.json', 'is not what manifest.json says it is'),
  unreadable: (reason: string) => say(`tidak dapat dibaca: ${reason}`, `cannot be read: ${reason}`),
  noCheckpoint: () => say('bukan checkpoint yang ditandatangani', 'is no signed checkpoint'),
  notSigned: () =>
    say(
      'tidak ditandatangani oleh kunci yang dipercaya, atau tanda tangannya palsu',
      'is not signed by a key that is trusted, or the signature is forged',
    ),
  otherTree: (origin: string, size: number) =>
    say(
      `manifest.json menyebut log ${origin} dengan ${size} peristiwa`,
      `manifest.json speaks of the log ${origin} with ${size} events`,
    ),
  notCanonical: () =>
    say('bukan baris JSON kanonis dari suatu peristiwa', 'is no canonical JSON line of an event'),
  otherStream: (stream: string) =>
    say(`bukan peristiwa dari ${stream}`, `is no event of ${stream}`),
  revisionGap: (expected: number) =>
    say(
      `peristiwa dengan revisi ${expected} tidak ada di tempatnya`,
      `the event of revision ${expected} is not in its place`,
    ),
  noProof: () => say('tidak ada bukti untuk baris ini', 'there is no proof for this line'),
  moreProofs: () =>
    say('ada bukti untuk baris yang tidak ada', 'there are proofs for lines that are not there'),
  notProven: () =>
    say(
      'tidak ada dalam log dengan isi ini: diubah, atau disisipkan',
      'is not in the log as it stands here: altered, or put in',
    ),
  outOfOrder: () =>
    say(
      'letaknya dalam log sebelum peristiwa sebelumnya',
      'lies in the log before the event before it',
    ),
  notTheCount: (events: number) =>
    say(`manifest.json menyebut ${events} peristiwa`, `manifest.json speaks of ${events} events`),
  keyNotIntroduced: () =>
    say(
      'kunci ini tidak diperkenalkan oleh kunci sebelumnya',
      'this key was not introduced by the one before it',
    ),
  notADefinition: () =>
    say('isinya tidak sesuai dengan sidiknya', 'its content is not what its digest says'),
  versionNotThere: (service: string, version: number) =>
    say(
      `versi ${version} dari layanan ${service} tidak terlampir`,
      `version ${version} of the service ${service} is not enclosed`,
    ),
  otherDefinition: (service: string, version: number) =>
    say(
      `versi ${version} dari layanan ${service} yang terlampir bukan yang berlaku untuknya`,
      `version ${version} of the service ${service} as enclosed is not the one it ran under`,
    ),
  officeNotThere: (office: string) =>
    say(`kantor ${office} tidak terlampir`, `the office ${office} is not enclosed`),
  documentNotThere: (sha256: string) =>
    say(`dokumen ${sha256} tidak terlampir`, `the document ${sha256} is not enclosed`),
  documentAltered: () =>
    say('isi dokumen bukan yang dilampirkan', 'is not the document that was handed in'),
  notAllowed: (revision: number, reason: Localized) => ({
    id: `revisi ${revision}: tidak sesuai aturan yang berlaku: ${reason.id}`,
    en: `revision ${revision}: not allowed by the rules in force: ${reason.en}`,
  }),
} as const;

function say(id: string, en: string): Localized {
  return { id, en };
}

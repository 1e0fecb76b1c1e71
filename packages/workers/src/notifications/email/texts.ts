import type { Language, Topic } from '@satu-atap/domain';

/**
 * An e-mail as it is written: `{…}` stands for what is known of the file. A line of which something
 * is not known is left out; a line that is a list alone becomes one.
 */
export type Text = { subject: string; lines: readonly string[] };

const closing = {
  id: [
    'Nomor permohonan: {application}',
    'Surat ini dikirim secara otomatis oleh {office}. Mohon tidak membalasnya.',
  ],
  en: [
    'Application number: {application}',
    'This message was sent automatically by {office}. Please do not reply to it.',
  ],
};

/** What is written of each topic, in both languages. */
export const texts: Readonly<Record<Topic, Readonly<Record<Language, Text>>>> = {
  received: {
    id: {
      subject: 'Permohonan diterima: {service}',
      lines: [
        'Permohonan {service} telah kami terima pada {at}.',
        'Waktu penyelesaian yang dijanjikan: {promise}.',
        ...closing.id,
      ],
    },
    en: {
      subject: 'Application received: {service}',
      lines: [
        'We received the application for {service} on {at}.',
        'It takes {promise} at the most, as promised.',
        ...closing.en,
      ],
    },
  },
  returned: {
    id: {
      subject: 'Permohonan dikembalikan: {service}',
      lines: [
        'Permohonan {service} dikembalikan kepada Anda pada {at} untuk dilengkapi.',
        'Catatan petugas: {comment}',
        'Waktu penyelesaian berhenti dihitung sampai Anda mengajukannya kembali.',
        ...closing.id,
      ],
    },
    en: {
      subject: 'Application returned to you: {service}',
      lines: [
        'The application for {service} was returned to you on {at}, to be completed.',
        'What the officer wrote: {comment}',
        'The promised time stands still until you send it again.',
        ...closing.en,
      ],
    },
  },
  'fee-due': {
    id: {
      subject: 'Biaya yang harus dibayar: {service}',
      lines: [
        'Untuk permohonan {service} masih harus dibayar {outstanding}.',
        'Bayarlah hanya melalui saluran resmi, dan simpan kuitansinya.',
        ...closing.id,
      ],
    },
    en: {
      subject: 'A fee is due: {service}',
      lines: [
        'For the application for {service}, {outstanding} is still to be paid.',
        'Pay through official channels only, and keep the receipt.',
        ...closing.en,
      ],
    },
  },
  extended: {
    id: {
      subject: 'Waktu penyelesaian diperpanjang: {service}',
      lines: [
        'Waktu penyelesaian permohonan {service} diperpanjang pada {at} dengan {by}.',
        'Dasar hukum: {ground}',
        ...closing.id,
      ],
    },
    en: {
      subject: 'The promised time was extended: {service}',
      lines: [
        'On {at}, the application for {service} was given {by} more.',
        'Legal ground: {ground}',
        ...closing.en,
      ],
    },
  },
  issued: {
    id: {
      subject: 'Siap diambil: {service}',
      lines: [
        'Permohonan {service} telah selesai diproses pada {at}. Yang diterbitkan:',
        '{outputs}',
        'Tempat pengambilan: {place}',
        'Yang perlu dibawa:',
        '{bring}',
        ...closing.id,
      ],
    },
    en: {
      subject: 'Ready for you: {service}',
      lines: [
        'The application for {service} was completed on {at}. These were issued:',
        '{outputs}',
        'Where to get them: {place}',
        'What to bring:',
        '{bring}',
        ...closing.en,
      ],
    },
  },
  ended: {
    id: {
      subject: 'Permohonan selesai ({outcome}): {service}',
      lines: [
        'Permohonan {service} berakhir pada {at} dengan hasil: {outcome}.',
        'Catatan petugas: {comment}',
        ...closing.id,
      ],
    },
    en: {
      subject: 'Application ended ({outcome}): {service}',
      lines: [
        'The application for {service} ended on {at}. The outcome: {outcome}.',
        'What the officer wrote: {comment}',
        ...closing.en,
      ],
    },
  },
  warned: {
    id: {
      subject: 'Peringatan waktu layanan: {service}',
      lines: [
        'Permohonan {service} mendekati jatuh tempo: {due}.',
        'Unit: {unit}',
        'Posisi berkas: {states}',
        ...closing.id,
      ],
    },
    en: {
      subject: 'Promised time at risk: {service}',
      lines: [
        'An application for {service} is nearly due: {due}.',
        'Unit: {unit}',
        'Where it lies: {states}',
        ...closing.en,
      ],
    },
  },
  breached: {
    id: {
      subject: 'Waktu layanan terlampaui: {service}',
      lines: [
        'Permohonan {service} melewati jatuh tempo: {due}.',
        'Unit: {unit}',
        'Posisi berkas: {states}',
        ...closing.id,
      ],
    },
    en: {
      subject: 'Promised time broken: {service}',
      lines: [
        'An application for {service} is overdue: it was due {due}.',
        'Unit: {unit}',
        'Where it lies: {states}',
        ...closing.en,
      ],
    },
  },
  escalated: {
    id: {
      subject: 'Perlu perhatian Anda: {service}',
      lines: [
        'Permohonan {service} memerlukan perhatian Anda. Jatuh tempo: {due}.',
        'Unit: {unit}',
        'Posisi berkas: {states}',
        ...closing.id,
      ],
    },
    en: {
      subject: 'For your attention: {service}',
      lines: [
        'An application for {service} needs your attention. Due: {due}.',
        'Unit: {unit}',
        'Where it lies: {states}',
        ...closing.en,
      ],
    },
  },
};

import { activeStates, type Application } from '../application/application.ts';
import type { ApplicationEvent, FormData, StateValue } from '../application/events.ts';
import type { Localized } from '../names.ts';
import { formFieldsIn, type Sealed } from '../personal-data/sealed.ts';
import type { ServiceDefinition } from '../service/definition.ts';
import { durationInWords, rupiahInWords } from '../service/in-words.ts';
import { stateOf, type CompiledService } from '../service/compile.ts';
import { instantInWords } from '../sla/moments-in-words.ts';

/** What happened, as a person reads it: a line, and more lines where there is more to say. */
type EventInWords = { title: Localized; details: Localized[] };

/**
 * An event as officers, applicants and auditors read it, with the titles that the version gives which
 * the application was pinned to when it happened.
 *
 * @param circumstances.before the application as the event found it: events name its documents by ids
 * @param circumstances.timeZone of the office
 */
export function eventInWords(
  event: ApplicationEvent,
  {
    service,
    timeZone,
    before,
  }: { service: CompiledService; timeZone: string; before: Application | undefined },
): EventInWords {
  const { definition } = service;
  const handedIn = (id: string) => {
    const document = before?.documents.find((one) => one.document === id);
    return document ? paper(definition, document.requirement) : both(id);
  };
  const states = (value: StateValue) => statesInWords(service, value);
  const moment = (instant: string) => instantInWords(Date.parse(instant), timeZone);
  switch (event.type) {
    case 'ApplicationSubmitted': {
      const { channel, data, state, sealed } = event.data;
      return told(
        channel === 'online'
          ? say('Permohonan diajukan secara daring', 'Application submitted online')
          : say('Permohonan diajukan di loket', 'Application submitted at the counter'),
        ...dataInWords(definition, data, sealed),
        joined(say('Tahap: ', 'State: '), states(state)),
      );
    }
    case 'StepTaken': {
      const { action, from, to, data, comment, outcome, automatic, sealed } = event.data;
      return told(
        automatic
          ? joined(actionTitle(service, action), say(' (oleh sistem)', ' (by the engine)'))
          : actionTitle(service, action),
        joined(say('Tahap: ', 'State: '), states(from), both(' → '), states(to)),
        ...(outcome === undefined ? [] : [say(`Hasil: ${outcome}`, `Outcome: ${outcome}`)]),
        ...(comment === undefined ? [] : [say(`Catatan: ${comment}`, `Comment: ${comment}`)]),
        ...dataInWords(definition, data ?? {}, sealed),
        ...(automatic
          ? [
              joined(say('Dasar hukum: ', 'Legal ground: '), automatic.legalGround),
              joined(say('Jatuh tempo: ', 'It was due: '), moment(automatic.dueAt)),
            ]
          : []),
      );
    }
    case 'OutputIssued': {
      const { output, number, issuedOn, validUntil } = event.data;
      return told(
        joined(
          say('Diterbitkan: ', 'Issued: '),
          definition.outputs?.[output]?.title ?? both(output),
        ),
        ...(number ? [say(`Nomor: ${number.text}`, `Number: ${number.text}`)] : []),
        say(`Tanggal terbit: ${issuedOn}`, `Date of issue: ${issuedOn}`),
        ...(validUntil === undefined
          ? []
          : [say(`Berlaku sampai: ${validUntil}`, `Valid through: ${validUntil}`)]),
      );
    }
    case 'DocumentAttached': {
      const { requirement, name, bytes, sha256, mediaType } = event.data;
      return told(
        joined(say('Dokumen dilampirkan: ', 'Document attached: '), paper(definition, requirement)),
        joined(name === undefined ? erased : both(name), both(` (${mediaType}, ${bytes} B)`)),
        both(`SHA-256: ${sha256}`),
      );
    }
    case 'DocumentVerified':
      return told(
        joined(say('Dokumen diverifikasi: ', 'Document verified: '), handedIn(event.data.document)),
      );
    case 'DocumentRejected': {
      const { document, reason } = event.data;
      return told(
        joined(say('Dokumen ditolak: ', 'Document rejected: '), handedIn(document)),
        say(`Alasan: ${reason}`, `Reason: ${reason}`),
      );
    }
    case 'FeeAssessed': {
      const { amount, basis } = event.data;
      return told(
        joined(say('Biaya ditetapkan: ', 'Fee assessed: '), rupiahInWords(amount)),
        ...(basis === undefined ? [] : [say(`Dasar: ${basis}`, `Basis: ${basis}`)]),
      );
    }
    case 'PaymentReceived': {
      const { amount, reference } = event.data;
      return told(
        joined(say('Pembayaran diterima: ', 'Payment received: '), rupiahInWords(amount)),
        say(`Nomor pembayaran: ${reference}`, `Payment number: ${reference}`),
      );
    }
    case 'OfficerAssigned': {
      const { state, officer } = event.data;
      return told(
        say(`Berkas dipegang oleh ${officer}`, `File taken into hand by ${officer}`),
        joined(say('Tahap: ', 'State: '), states(nested(state))),
      );
    }
    case 'OfficerReleased': {
      const { state, reason } = event.data;
      return told(
        say('Berkas dilepas oleh petugas', 'File released by the officer'),
        joined(say('Tahap: ', 'State: '), states(nested(state))),
        ...(reason === undefined ? [] : [say(`Alasan: ${reason}`, `Reason: ${reason}`)]),
      );
    }
    case 'NoteAdded':
      return told(say('Catatan petugas', 'Note of an officer'), both(event.data.text));
    case 'ClockWarned':
      return told(
        say('Jangka waktu hampir habis', 'A promise is about to be over'),
        clock(event.data.clock),
        joined(say('Jatuh tempo: ', 'Due: '), moment(event.data.dueAt)),
      );
    case 'ClockBreached':
      return told(
        say('Jangka waktu terlampaui', 'A promise was not kept'),
        clock(event.data.clock),
        joined(say('Jatuh tempo: ', 'It was due: '), moment(event.data.dueAt)),
      );
    case 'ClockEscalated': {
      const { clock: id, to, dueAt } = event.data;
      const roles = to.join(', ');
      return told(
        say(`Diberitahukan kepada: ${roles}`, `Escalated to: ${roles}`),
        clock(id),
        joined(say('Jatuh tempo: ', 'Due: '), moment(dueAt)),
      );
    }
    case 'ClockParked': {
      const { clock: id, mark, attempts, reason } = event.data;
      return told(
        say('Tindakan sistem tertunda', 'Something the engine was to do is put off'),
        clock(id),
        both(`${mark}: ${reason} (${attempts}×)`),
      );
    }
    case 'PromiseExtended': {
      const { by, legalGround } = event.data;
      return told(
        joined(say('Jangka waktu diperpanjang: ', 'Promise extended by '), durationInWords(by)),
        joined(say('Dasar hukum: ', 'Legal ground: '), legalGround),
      );
    }
    case 'ApplicationMigrated': {
      const { from, to, orderedBy } = event.data;
      return told(
        say(
          `Dipindahkan dari versi ${from.version} ke versi ${to.version} layanan`,
          `Moved from version ${from.version} to version ${to.version} of the service`,
        ),
        say(`Atas perintah: ${orderedBy}`, `Ordered by: ${orderedBy}`),
        joined(say('Tahap: ', 'State: '), both(activeStates(to.state).join(', '))),
      );
    }
  }
}

/** The titles of the active states; names of a version that is not at hand stay as they are. */
export function statesInWords(service: CompiledService, value: StateValue): Localized {
  const titles = activeStates(value).map((path) =>
    service.states.has(path) ? stateOf(service, path).title : both(path),
  );
  return {
    id: titles.map(({ id }) => id).join(', '),
    en: titles.map(({ en }) => en).join(', '),
  };
}

function actionTitle(service: CompiledService, name: string): Localized {
  for (const { actions } of service.states.values()) {
    const found = actions.find((action) => action.name === name);
    if (found) return found.title;
  }
  return both(name);
}

const erased = say('[data pribadi dihapus]', '[personal data erased]');

/** @param sealed present where personal data of the event are erased */
function dataInWords({ form }: ServiceDefinition, data: FormData, sealed?: Sealed): Localized[] {
  const title = (field: string) => form[field]?.title ?? both(field);
  return [
    ...Object.entries(data).map(([field, value]) => {
      const given = typeof value === 'boolean' ? yesOrNo(value) : both(String(value));
      return joined(title(field), both(': '), given);
    }),
    ...formFieldsIn(sealed?.fields ?? []).map((field) => joined(title(field), both(': '), erased)),
  ];
}

function paper({ documents }: ServiceDefinition, requirement: string): Localized {
  return documents[requirement]?.title ?? both(requirement);
}

/** A path as the state value that holds it alone. */
function nested(path: string): StateValue {
  return path
    .split('.')
    .reduceRight<StateValue | undefined>(
      (inner, key) => (inner === undefined ? key : { [key]: inner }),
      undefined,
    ) as StateValue;
}

function clock(id: string): Localized {
  return say(`Jangka waktu: ${id}`, `Clock: ${id}`);
}

function yesOrNo(value: boolean): Localized {
  return value ? say('ya', 'yes') : say('tidak', 'no');
}

function told(title: Localized, ...details: Localized[]): EventInWords {
  return { title, details };
}

function say(id: string, en: string): Localized {
  return { id, en };
}

function both(text: string): Localized {
  return { id: text, en: text };
}

function joined(...texts: Localized[]): Localized {
  return { id: texts.map(({ id }) => id).join(''), en: texts.map(({ en }) => en).join('') };
}

import { activeStates, type Application } from '../application/application.ts';
import type { Localized } from '../names.ts';
import { stateOf, type CompiledService } from '../service/compile.ts';
import { slaStatus, type Clock } from './clocks.ts';
import { instantInWords } from './moments-in-words.ts';

/** Where an application is, for who waits for it: nobody who works on it is named. */
export type StandingInWords = {
  /** The places where it lies, and the units that have it. */
  places: { state: string; title: Localized; unit: string }[];
  /** When the promise is due, in epoch milliseconds; unknown while its clock stands still. */
  expectedAt?: number;
  text: Localized;
};

/** The expected date, where it is, and why the clock stands still if it does. */
export function standingInWords(
  service: CompiledService,
  application: Application,
  clocks: readonly Clock[],
  timeZone: string,
): StandingInWords {
  const places = activeStates(application.value)
    .toSorted()
    .map((state) => {
      const { title, unit } = stateOf(service, state);
      return { state, title, unit };
    });
  const clock = clocks.find(({ id }) => id === 'service');
  const expectedAt = application.ended ? undefined : clock?.dueAt;
  const [promise, at] = [
    promiseInWords(application, clocks, clock, timeZone),
    placesInWords(places),
  ];
  return {
    places,
    ...(expectedAt === undefined ? {} : { expectedAt }),
    text: application.ended
      ? promise
      : { id: `${at.id} ${promise.id}`, en: `${at.en} ${promise.en}` },
  };
}

function placesInWords(places: StandingInWords['places']): Localized {
  const all = (language: 'id' | 'en') => places.map(({ title }) => title[language]).join('; ');
  return { id: `Permohonan ada di: ${all('id')}.`, en: `The application is at: ${all('en')}.` };
}

function promiseInWords(
  application: Application,
  clocks: readonly Clock[],
  clock: Clock | undefined,
  timeZone: string,
): Localized {
  const when = (instant: number) => instantInWords(instant, timeZone);
  if (application.ended) {
    const end = when(Date.parse(application.ended.at));
    const late = slaStatus(application, clocks) === 'finished-late';
    const [id, en] = late ? [', terlambat', ', late'] : ['', ''];
    return { id: `Selesai ${end.id}${id}.`, en: `Ended ${end.en}${en}.` };
  }
  if (!clock) {
    return {
      id: 'Waktu layanan belum mulai dihitung.',
      en: 'The promised time has not begun to count.',
    };
  }
  const pause = clock.pauses.at(-1);
  if (clock.dueAt === undefined && pause) {
    const since = when(pause.from);
    const [id, en] =
      clock.mode === 'paused'
        ? ['karena berkas ada pada pemohon', 'because the applicant has the file']
        : ['karena tahap ini tidak dihitung', 'because this step does not count'];
    return {
      id: `Waktu layanan berhenti sejak ${since.id}, ${id}; perkiraan selesai bergeser sampai berjalan lagi.`,
      en: `The promised time stands still since ${since.en}, ${en}; the expected date moves until it runs on.`,
    };
  }
  const due = when(clock.dueAt ?? clock.startedAt);
  if (slaStatus(application, clocks) === 'overdue') {
    return {
      id: `Seharusnya selesai ${due.id}, dan terlambat.`,
      en: `It was to be done by ${due.en}, and is late.`,
    };
  }
  return {
    id: `Perkiraan selesai paling lambat ${due.id}.`,
    en: `It is expected to be done by ${due.en}.`,
  };
}

import type { Localized } from '../names.ts';

const languages = { id: 'id-ID', en: 'en-GB' } as const;
const date = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' } as const;
const formats = new Map<string, Intl.DateTimeFormat>();

/** An instant as people in a time zone say it: `Senin, 2 Maret 2026 pukul 10.00`. */
export function instantInWords(instant: number, timeZone: string): Localized {
  return written((language) =>
    format(language, { ...date, hour: '2-digit', minute: '2-digit', timeZone }).format(instant),
  );
}

/** A date: `Senin, 2 Maret 2026`. */
export function dateInWords(day: Temporal.PlainDate): Localized {
  const noon = day.toZonedDateTime({ timeZone: 'UTC', plainTime: '12:00' }).epochMilliseconds;
  return written((language) => format(language, { ...date, timeZone: 'UTC' }).format(noon));
}

/** A span of milliseconds, to the minute: `7 jam 30 menit kerja`, `7 h 30 min of working time`. */
export function spanInWords(milliseconds: number, working: boolean): Localized {
  const minutes = Math.round(milliseconds / 60_000);
  const parts = (hour: string, minute: string) =>
    [
      ...(minutes >= 60 ? [`${Math.floor(minutes / 60)} ${hour}`] : []),
      ...(minutes % 60 > 0 || minutes === 0 ? [`${minutes % 60} ${minute}`] : []),
    ].join(' ');
  return {
    id: `${parts('jam', 'menit')}${working ? ' kerja' : ''}`,
    en: `${parts('h', 'min')}${working ? ' of working time' : ''}`,
  };
}

function written(write: (language: string) => string): Localized {
  return { id: write(languages.id), en: write(languages.en) };
}

function format(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${JSON.stringify(options)}`;
  const known = formats.get(key) ?? new Intl.DateTimeFormat(language, options);
  formats.set(key, known);
  return known;
}

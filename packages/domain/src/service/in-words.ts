import type { Localized } from '../names.ts';
import type { Duration, DurationUnit } from '../sla/duration.ts';
import type { Validity } from './outputs.ts';

const units: Record<DurationUnit, Localized> = {
  'working-days': { id: 'hari kerja', en: 'working day' },
  'calendar-days': { id: 'hari kalender', en: 'calendar day' },
  'working-hours': { id: 'jam kerja', en: 'working hour' },
  'working-minutes': { id: 'menit kerja', en: 'working minute' },
  hours: { id: 'jam', en: 'hour' },
  minutes: { id: 'menit', en: 'minute' },
};

/** A promised time as people say it: `9 hari kerja`, `9 working days`. */
export function durationInWords({ amount, unit }: Duration): Localized {
  const { id, en } = units[unit];
  return { id: `${amount} ${id}`, en: `${amount} ${en}${amount === 1 ? '' : 's'}` };
}

/** How long a document holds: `berlaku 5 tahun`, `valid for 5 years`. */
export function validityInWords(validity: Validity): Localized {
  if (validity === 'unlimited') return { id: 'berlaku seterusnya', en: 'valid without end' };
  const { amount, unit } = validity;
  const words = { days: 'hari', months: 'bulan', years: 'tahun' };
  return {
    id: `berlaku ${amount} ${words[unit]}`,
    en: `valid for ${amount} ${amount === 1 ? unit.slice(0, -1) : unit}`,
  };
}

/** Whole rupiah as people write them: `Rp350.000`, `IDR 350,000`. */
export function rupiahInWords(amount: number): Localized {
  const grouped = (separator: string) => String(amount).replaceAll(/\B(?=(\d{3})+$)/g, separator);
  return { id: `Rp${grouped('.')}`, en: `IDR ${grouped(',')}` };
}

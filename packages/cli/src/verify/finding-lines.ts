import { problemInWords } from '@satu-atap/api';
import { findingInWords } from '@satu-atap/domain';
import type { StreamFinding } from '@satu-atap/event-store';
import type { RowDifference } from '@satu-atap/projections';
import { printable } from '../commands/check.ts';

export type Language = 'id' | 'en';

/** One finding, on a line: where, when and by whom, and what. */
export function findingLine(finding: StreamFinding, language: Language): string {
  const { stream, revision, event, at, by } = finding;
  const who = at === undefined ? '' : ` ${at} ${by ?? ''}`;
  const what = findingInWords(finding, problemInWords)[language];
  return printable(`${stream}@${revision} ${event}${who}: ${what}`);
}

/** One row of the read models that is not what the events say, on a line. */
export function rowLine(row: RowDifference, language: Language): string {
  const say = words[language];
  const key = Object.entries(row.key).map(([column, value]) => `${column}=${String(value)}`);
  const place = `${say.readModels} ${row.table} [${key.join(', ')}]`;
  if (row.difference === 'missing') return printable(`${place}: ${say.missing}`);
  if (row.difference === 'extra') return printable(`${place}: ${say.extra}`);
  const { column, is, shouldBe } = row;
  return printable(`${place}: ${column} ${say.is(shown(is), shown(shouldBe))}`);
}

function shown(value: string | number | null): string {
  const text = JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

const longest = 200;

const words = {
  id: {
    readModels: 'model baca',
    missing: 'baris tidak ada',
    extra: 'baris tidak berasal dari peristiwa mana pun',
    is: (is: string, shouldBe: string) => `tercatat ${is}, seharusnya ${shouldBe}`,
  },
  en: {
    readModels: 'read models',
    missing: 'the row is not there',
    extra: 'no event leads to this row',
    is: (is: string, shouldBe: string) => `is ${is}, and should be ${shouldBe}`,
  },
} as const;

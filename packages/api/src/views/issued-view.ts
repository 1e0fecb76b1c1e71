import { outputIssued, type Localized, type ServiceDefinition } from '@satu-atap/domain';
import type { HistoryRow } from '@satu-atap/projections';
import type { z } from 'zod';
import type { IssuedOutputView } from './schemas.ts';

type Issued = z.infer<typeof outputIssued>;

/** A document that was given out, with the title that the pinned version gives it, or its name. */
export function issuedView(
  { output, number, issuedOn, validUntil }: Issued,
  { outputs = {} }: ServiceDefinition,
): IssuedOutputView {
  return {
    output,
    title: outputs[output]?.title ?? { id: output, en: output },
    ...(number ? { number: number.text } : {}),
    issuedOn,
    ...(validUntil === undefined ? {} : { validUntil }),
  };
}

/** A row of the history, in words where something was given out. */
export function historyView(
  row: HistoryRow,
  definition: ServiceDefinition,
): HistoryRow & { words?: Localized } {
  if (row.type !== 'OutputIssued') return row;
  return { ...row, words: inWords(issuedView(outputIssued.parse(row.data), definition)) };
}

function inWords({ title, number, validUntil }: IssuedOutputView): Localized {
  const day = (locale: string) =>
    Temporal.PlainDate.from(validUntil ?? '').toLocaleString(locale, { dateStyle: 'long' });
  const holds = validUntil !== undefined;
  return {
    id:
      `Diterbitkan: ${title.id}` +
      (number === undefined ? '' : `, nomor ${number}`) +
      (holds ? `, berlaku sampai ${day('id-ID')}.` : '.'),
    en:
      `Issued: ${title.en}` +
      (number === undefined ? '' : `, number ${number}`) +
      (holds ? `, valid through ${day('en-GB')}.` : '.'),
  };
}

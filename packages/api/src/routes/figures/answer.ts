import type { Between } from '@satu-atap/projections';
import type { Request } from 'express';
import { csvOf, csvType, flat, type CsvRow } from '../../http/csv.ts';
import type { Answer, ResponseSpec } from '../../http/route.ts';
import { ProblemError } from '../../problems/problem.ts';
import type { z } from 'zod';

/** Figures come as JSON, or as a table for a spreadsheet. */
export function figuresResponse(description: string, schema: z.ZodType): ResponseSpec {
  return { description, schema, content: [csvType] };
}

/** @throws ProblemError `not-acceptable` when the reader takes neither JSON nor CSV */
export function answerFigures(
  request: Request,
  { from, to }: Between,
  items: readonly object[],
): Answer {
  const period = { from: from.toString(), to: to.toString() };
  return answerTable(request, { ...period, items }, () =>
    items.map((item) => ({ ...period, ...flat(withoutLinks(item)) })),
  );
}

/** The same for an answer that its own rows are told of. */
export function answerTable(request: Request, body: object, rows: () => CsvRow[]): Answer {
  const offered = ['application/json', csvType];
  const headers = { Vary: 'Authorization, Accept' };
  const accepted = request.accepts(offered);
  if (accepted === false) throw new ProblemError({ type: 'not-acceptable', offered });
  if (accepted !== csvType) return { status: 200, headers, body };
  const table = rows();
  const columns = [...new Set(table.flatMap((row) => Object.keys(row)))];
  return {
    status: 200,
    headers: { ...headers, 'Content-Type': 'text/csv; charset=utf-8; header=present' },
    content: csvOf(columns, table),
  };
}

/** A table's reader filters it; addresses are for programs. */
function withoutLinks(item: object): object {
  const { applications, ...rest } = item as { applications?: unknown };
  return typeof applications === 'object' ? rest : item;
}

import type { Survey } from '@satu-atap/evidence';
import { printable } from '../commands/check.ts';

/** Activities, starts, ends and edges that are printed of each, the most frequent. */
const most = 30;

/** What is in a log, in lines. @param variants how many ways to print */
export function surveyLines(
  { file, graph, looseEvents, reading, untimed }: Survey,
  variants: number,
): string[] {
  const { cases, events, activities, starts, ends, variantCount, edgeCount } = graph;
  const pairs = graph
    .edges()
    .map(({ from, to, count }): [string, number] => [`${from} → ${to}`, count]);
  const lines = [
    `${file}: ${cases} cases, ${events} events, ${variantCount} variants, ${activities.size} activities`,
    `  activities by ${reading.classifier.join(' + ')}`,
    ...(looseEvents > 0 ? [`  ${looseEvents} events belong to no case`] : []),
    ...(untimed.events > 0 ? [`  ${untimed.events} events have no time of their own`] : []),
    ...list('activities', [...activities]),
    ...list('begin with', [...starts]),
    ...list('end with', [...ends]),
    ...list(`what follows directly (${edgeCount} pairs)`, pairs),
    `the most frequent of ${variantCount} ways:`,
    ...graph.variants(variants).map(({ cases: count, activities: way }) => {
      const text = way?.join(' → ') ?? '(too long to keep)';
      return `${String(count).padStart(8)}  ${text === '' ? '(no event)' : text}`;
    }),
  ];
  return lines.map(printable);
}

function list(heading: string, counts: [string, number][]): string[] {
  const sorted = counts.toSorted(([, a], [, b]) => b - a);
  const rest = sorted.length - most;
  return [
    `${heading}:`,
    ...sorted.slice(0, most).map(([name, count]) => `${String(count).padStart(8)}  ${name}`),
    ...(rest > 0 ? [`          … and ${rest} more`] : []),
  ];
}

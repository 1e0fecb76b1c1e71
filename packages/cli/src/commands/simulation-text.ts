import type { SimulationReport, TimesTaken } from '@satu-atap/domain/simulation';

/** A report for people: what came of the applications, the promise, and where the time went. */
export function reportLines(report: SimulationReport): string[] {
  const { service, office, calendar, applications, seed, standard } = report;
  const { promised, unit, time } = standard;
  return [
    `${service}: ${applications} applications at ${office}, calendar ${calendar}, seed ${seed}`,
    '',
    'Outcomes',
    ...table([
      ...report.outcomes.map(({ outcome, applications: number, share }) => [
        outcome,
        String(number),
        percent(share),
      ]),
      ...report.stuck.map(({ states, applications: number }) => [
        `stuck in ${states}`,
        String(number),
        percent(number / applications),
      ]),
    ]),
    '',
    `Time against the standard of ${promised.amount} ${promised.unit} (${unit}, without pauses)`,
    ...table([
      ['within the standard', percent(standard.withinStandard)],
      ...(time ? timeCells(time).map(([name, value]) => [name, value]) : []),
    ]),
    '',
    ...(report.issued.length > 0
      ? ['Issued (and a number of it)', ...issuedTable(report), '']
      : []),
    `States (stays; time in each, in the unit of its standard or else in ${unit})`,
    ...table([
      ['', 'stays', 'median', 'p90', 'p95', 'longest', 'in time'],
      ...report.states.map(({ state, stays, time: taken, withinStandard }) => [
        state,
        String(stays),
        ...timeCells(taken).map(([, value]) => value),
        withinStandard === undefined ? '-' : percent(withinStandard),
      ]),
    ]),
    '',
    `Never reached: ${report.neverReached.join(', ') || 'no state'}`,
    `Never taken: ${report.neverTaken.map((key) => key.replace(/^\//, '(anywhere)/')).join(', ') || 'no action'}`,
    '',
    "Each stay took a drawn share of its state's standard (median 0.6; one in eight takes longer than",
    "promised), or of a tenth of the service's where the state has none. Nobody waited for anybody.",
  ];
}

function issuedTable({ issued }: SimulationReport): string[] {
  return table(
    issued.map(({ output, applications, number = '-' }) => [output, String(applications), number]),
  );
}

function timeCells({ median, p90, p95, longest }: TimesTaken): [string, string][] {
  return Object.entries({ median, p90, p95, longest }).map(([name, value]) => [
    name,
    value.toFixed(2),
  ]);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** Rows in columns: the first to the left, the others, which hold numbers, to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, cell.length);
    }
  }
  return rows.map((row) =>
    row
      .map((cell, index) =>
        index === 0 ? `  ${cell.padEnd(widths[0] ?? 0)}` : cell.padStart(widths[index] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

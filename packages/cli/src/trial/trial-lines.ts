import { differenceText } from '@satu-atap/api';
import type { TrialSummary } from '@satu-atap/domain';
import { noteWords, problemWords } from '../migration/problem-words.ts';

/** What a trial found, for people: counts first, then each kind of difference with its first cases. */
export function trialLines(summary: TrialSummary, version: number): string[] {
  return [...countLines(summary), ...differenceLines(summary), ...migrationLines(summary, version)];
}

function countLines(summary: TrialSummary): string[] {
  const { tried, running, ended, same, differing, diverged, fromMigration, leftOut } = summary;
  const versions = summary.versions
    .map(({ version, applications }) => `${applications} under version ${version}`)
    .join(', ');
  return [
    `${counted(tried)} tried (${running} running, ${ended} ended; ${versions})`,
    `${same} the same, ${differing} would differ`,
    ...(diverged > 0
      ? [`${diverged} of them followed only until the draft would have them elsewhere`]
      : []),
    ...(fromMigration > 0 ? [`${fromMigration} walked from their last migration on`] : []),
    ...leftOut.map(
      ({ office, applications }) =>
        `${applications} of the office "${office}" left out: it is not among the offices here`,
    ),
    ...(summary.erased === undefined
      ? []
      : [`${summary.erased} left out: their personal data are erased`]),
  ];
}

function differenceLines({ differences }: TrialSummary): string[] {
  return differences.flatMap(({ place, applications, examples }) => {
    const [first] = examples;
    if (!first) return [];
    const words = differenceText(first.difference).en;
    return [
      '',
      `${String(applications).padStart(8)}  ${place}: ${words}`,
      ...examples.map(({ application, difference }) => {
        const own = differenceText(difference).en;
        const { revision, at } = difference;
        const more = own === words ? '' : `  ${own}`;
        return `${indent}${application}  revision ${revision}, ${at}${more}`;
      }),
    ];
  });
}

function migrationLines({ running, migration }: TrialSummary, version: number): string[] {
  if (running === 0) return [];
  const { movable, undecided, problems, notes } = migration;
  return [
    '',
    `Of those that run, ${movable} could move to it now, ${undecided} are to decide first`,
    ...problems.flatMap(({ problem, applications, examples }) => [
      `${String(applications).padStart(8)}  ${problemWords(problem, version)}`,
      `${indent}for example ${examples.join(', ')}`,
    ]),
    ...notes.map(
      ({ note, applications }) =>
        `${String(applications).padStart(8)}  to look at: ${noteWords(note)}`,
    ),
  ];
}

const indent = ' '.repeat(10);
const counted = (number: number) => `${number} application${number === 1 ? '' : 's'}`;

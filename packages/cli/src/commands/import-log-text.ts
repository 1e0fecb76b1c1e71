import type { Refusal } from '@satu-atap/domain';
import type { Deviation, ImportOutcome } from '@satu-atap/evidence';
import { printable } from './check.ts';

type Words = { seconds: number; detailOf: (refusal: Refusal) => string };

/** What became of an import, in lines. @param file its name */
export function outcomeLines(outcome: ImportOutcome, file: string, words: Words): string[] {
  switch (outcome.type) {
    case 'imported':
      return importedLines(outcome, file, words);
    case 'already': {
      const { begun, id, completed } = outcome.log;
      const { counts, service, office } = begun;
      return [
        `${file}: is there already, as ${begun.file} (log ${id}); nothing is changed`,
        `  ${counts.cases} cases and ${counts.events} events under ${service.id} version ${service.version} in ${office}, finished ${completed?.at ?? ''}`,
      ];
    }
    case 'begun-otherwise': {
      const { begun, at, by } = outcome.log;
      return [
        `${file}: its import was begun at ${at} by ${by} with other flags and is not finished; nothing is changed`,
        `  go on with what it began with: office ${begun.office}, service ${begun.service.id} (${begun.definition}), classifier ${begun.classifier.join(' ')}, time zone ${begun.timeZone}`,
      ];
    }
    case 'deviates': {
      const { shown, count } = outcome;
      return [
        ...shown.map((one) => `  ${deviationLine(one, words)}`),
        ...(count > shown.length ? [`  … and ${count - shown.length} more`] : []),
        `${file}: ${count} steps are not allowed by the service; nothing is imported`,
        '  say with --map which action stands for an activity, or take them over as they happened with --keep-deviations',
      ];
    }
    case 'service-taken':
      return [
        `${file}: ${outcome.service} is a service that takes applications; name another with --service-id, or put the cases under it with --service`,
        'nothing is imported',
      ];
    case 'refused':
      return [`${file}: ${words.detailOf(outcome.refusal)}`, 'nothing is imported'];
  }
}

function importedLines(
  { log, resumed, survey, service, model, deviations }: ImportOutcome & { type: 'imported' },
  file: string,
  { seconds }: Words,
): string[] {
  const { graph, looseEvents, foreign, untimed } = survey;
  const rate = Math.round(graph.events / Math.max(seconds, 0.001));
  const { id, version } = service;
  return [
    `${file}: imported${resumed ? ' (an earlier run is finished)' : ''} as log ${log}`,
    `  ${graph.cases} cases, ${graph.events} events, ${graph.variantCount} variants, ${graph.activities.size} activities`,
    `  under ${id} version ${version}${model ? `, discovered: ${modelWords[model]}` : ''}`,
    ...(deviations > 0 ? [`  ${deviations} steps that it does not allow, as they happened`] : []),
    ...(looseEvents > 0
      ? [`  ${looseEvents} events that belong to no case: kept with the log`]
      : []),
    ...(graph.empty > 0 ? [`  ${graph.empty} cases without events`] : []),
    ...(untimed.events > 0
      ? [`  ${untimed.events} events without a time: put at that of the event before them`]
      : []),
    ...(foreign > 0 ? [`  ${foreign} elements of other vocabularies left out`] : []),
    `  in ${seconds.toFixed(1)} s, ${rate} events a second`,
  ];
}

const modelWords = {
  'directly-follows': 'a state after each activity',
  activities: 'one state, since there are too many activities or ways for more',
};

function deviationLine({ case: id, event, activity, why }: Deviation, { detailOf }: Words): string {
  const reason =
    why.type === 'no-action' ? 'no action of the service stands for it' : detailOf(why);
  return printable(`case ${id}, event ${event}, "${activity}": ${reason}`);
}

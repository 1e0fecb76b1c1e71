import {
  guardInWords,
  type CompiledService,
  type Coverage,
  type PathPlan,
  type PathStep,
} from '@satu-atap/domain';
import type { Language } from '../diagram/drawing.ts';

const words = {
  id: {
    submission: 'Ajukan permohonan',
    paths: 'jalur',
    steps: 'langkah',
    if: 'bila',
    and: 'dan',
    otherwise: 'syarat cabang lain tidak terpenuhi',
    open: 'belum berakhir',
    of: 'dari',
    coverage: ['Keadaan', 'tindakan', 'cabang'],
    missed: 'Tidak dilalui jalur mana pun',
    incomplete: 'Alur ini terlalu besar untuk ditelusuri seluruhnya: rencana ini belum lengkap.',
    note: [
      'Setiap syarat dianggap dapat terpenuhi dan dapat tidak terpenuhi; apakah satu permohonan dapat',
      'memenuhi semua syarat suatu jalur, tidak dinilai. Bagian paralel dikerjakan satu per satu.',
    ],
  },
  en: {
    submission: 'Submit the application',
    paths: 'paths',
    steps: 'steps',
    if: 'if',
    and: 'and',
    otherwise: 'no other branch applies',
    open: 'not ended',
    of: 'of',
    coverage: ['States', 'actions', 'branches'],
    missed: 'On no path',
    incomplete: 'This workflow is too large to be followed in full: the plan leaves things out.',
    note: [
      'Every condition is taken to hold and not to hold in turn; whether one application can meet all',
      'conditions of a path is not judged. Parallel regions are worked through one after the other.',
    ],
  },
};

/** A plan for people: who does what, where, on which condition, and where that leads. */
export function pathLines(service: CompiledService, plan: PathPlan, language: Language): string[] {
  const say = words[language];
  const { states, actions, branches, missed, complete, paths } = plan;
  const covered = [states, actions, branches].map(
    ({ covered: number, of }: Coverage, index) =>
      `${say.coverage[index]} ${number} ${say.of} ${of}`,
  );
  const notTaken = [...missed.states, ...missed.branches];
  return [
    `${service.id}: ${paths.length} ${say.paths}`,
    ...paths.flatMap(({ steps, outcome }, index) => [
      '',
      `${index + 1}. ${outcome ?? say.open}, ${steps.length} ${say.steps}`,
      ...steps.map(
        (step, number) =>
          `   ${String(number + 1).padStart(String(steps.length).length)}  ${stepLine(service, step, language)}`,
      ),
    ]),
    '',
    `${covered.join(', ')}.`,
    ...(notTaken.length > 0 ? [`${say.missed}: ${notTaken.join(', ')}`] : []),
    ...(complete ? [] : [say.incomplete]),
    ...say.note,
  ];
}

function stepLine(service: CompiledService, step: PathStep, language: Language): string {
  const say = words[language];
  const { action, conditions, otherwise } = step;
  const roles = (action?.definition.roles ?? service.definition.submittedBy).join(', ');
  const elsewhere = action && action.unit !== service.definition.unit ? `, ${action.unit}` : '';
  const met = [
    ...conditions.map((guard) => guardInWords(guard)[language]),
    ...(otherwise ? [say.otherwise] : []),
  ];
  // Of regions that are active together, the one in which somebody acts.
  const acting = step.from.filter((path) => action && within(path, action.source));
  return [
    ...(acting.length > 0 ? [`${place(service, acting, language)}:`] : []),
    `${action ? action.title[language] : say.submission} (${roles}${elsewhere})`,
    ...(met.length > 0 ? [`${say.if} ${met.join(` ${say.and} `)}`] : []),
    `→ ${place(service, step.to, language)}`,
  ].join(' ');
}

function within(path: string, state: string): boolean {
  return state === '' || path === state || path.startsWith(`${state}.`);
}

/** The active states by their titles; of several at once, each with that of its region. */
function place({ states }: CompiledService, paths: readonly string[], language: Language): string {
  const title = (path: string) => states.get(path)?.title[language] ?? path;
  if (paths.length === 1) return paths.map(title).join('');
  return paths
    .map((path) => {
      const region = path.slice(0, path.lastIndexOf('.'));
      return region === '' ? title(path) : `${title(region)} / ${title(path)}`;
    })
    .join(' + ');
}

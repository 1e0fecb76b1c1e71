import {
  durationInWords,
  publicStandard,
  rupiahInWords,
  type Localized,
  type ServiceDefinition,
} from '@satu-atap/domain';
import { Option, type Command } from 'commander';
import { definitions } from '../definitions.ts';
import { readServices } from '../definition-file.ts';
import type { Language } from '../diagram/drawing.ts';
import { printToStdout } from './check.ts';

type Options = { unit?: string; notes?: true; language: Language };

/** `satu-atap catalogue`: the services of a folder by unit, each with what it promises and costs. */
export function catalogueCommand(program: Command): void {
  program
    .command('catalogue')
    .description('list services by unit: kind, promised time, fee, components of the standard')
    .argument('[folder]', 'a folder of service definitions', 'services')
    .option('--unit <unit>', 'the services of this unit alone')
    .option('--notes', 'what the published source of each leaves unclear')
    .addOption(new Option('--language <language>').choices(['id', 'en']).default('id'))
    .action(async (folder: string, options: Options) => {
      const all = await definitions('services', folder, readServices);
      for (const line of catalogueLines(all, options)) printToStdout(line);
    });
}

/** One block a unit, one line a service, and a last line that counts them. */
export function catalogueLines(
  all: readonly ServiceDefinition[],
  { unit: wanted, notes, language }: Options,
): string[] {
  const chosen = all
    .filter(({ unit }) => wanted === undefined || unit === wanted)
    .toSorted((a, b) => a.id.localeCompare(b.id));
  const rows = chosen.map((definition) => cellsOf(definition, language));
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const units = Map.groupBy(
    chosen.map((definition, index) => ({ definition, cells: rows[index] ?? [] })),
    ({ definition }) => definition.unit,
  );
  const blocks = [...units].flatMap(([unit, services]) => [
    unit,
    ...services.flatMap(({ definition, cells }) => [
      `  ${cells.map((cell, column) => cell.padEnd(widths?.[column] ?? 0)).join('  ')}`.trimEnd(),
      ...(notes && definition.standard.note ? [`      ${definition.standard.note}`] : []),
    ]),
    '',
  ]);
  const permits = chosen.filter(({ kind }) => kind === 'permit').length;
  const counted = `${count(chosen.length, 'service')} of ${count(units.size, 'unit')}`;
  const kinds = [count(permits, 'permit'), count(chosen.length - permits, 'non-permit')];
  return [...blocks, `${counted}: ${kinds.join(', ')}`];
}

const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;

function cellsOf(definition: ServiceDefinition, language: Language): string[] {
  const { id, unit, kind, title, standard } = definition;
  const components = publicStandard(definition);
  const said = components.filter(({ from }) => from !== 'missing');
  return [
    id.slice(unit.length + 1),
    kind,
    durationInWords(standard.time)[language],
    feeInShort(definition)[language],
    `${said.length}/${components.length}`,
    title[language],
  ];
}

function feeInShort({ fee }: ServiceDefinition): Localized {
  switch (fee.kind) {
    case 'free':
      return { id: 'gratis', en: 'free' };
    case 'fixed':
      return rupiahInWords(fee.amount);
    case 'assessed':
      return { id: 'dihitung', en: 'assessed' };
    case 'table': {
      const amounts = fee.rows.map(({ amount }) => amount);
      const [least, most] = [Math.min(...amounts), Math.max(...amounts)].map(rupiahInWords);
      return { id: `${least?.id}–${most?.id}`, en: `${least?.en}–${most?.en}` };
    }
  }
}

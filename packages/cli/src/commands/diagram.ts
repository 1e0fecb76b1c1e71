import { Option, type Command } from 'commander';
import { compiledFile } from '../definitions.ts';
import { drawingOf, type Language } from '../diagram/drawing.ts';
import { mermaidText } from '../diagram/mermaid.ts';
import { svgText } from '../diagram/svg.ts';

type Format = 'mermaid' | 'svg';

/** `satu-atap diagram`: a service's workflow as a picture. */
export function diagramCommand(program: Command): void {
  program
    .command('diagram')
    .description('draw the workflow of a service, as Mermaid text or as SVG')
    .argument('<file>', 'the file of a service, in YAML or TypeScript')
    .addOption(new Option('--format <format>').choices(['mermaid', 'svg']).default('mermaid'))
    .addOption(new Option('--language <language>').choices(['id', 'en']).default('id'))
    .action(async (file: string, options: { format: Format; language: Language }) => {
      process.stdout.write(await diagramOf(file, options));
    });
}

/** @throws SettingsError with the problems of a file that defines no sound service */
export async function diagramOf(
  file: string,
  { format, language }: { format: Format; language: Language },
): Promise<string> {
  const { definition } = await compiledFile(file);
  const drawing = drawingOf(definition, language);
  return format === 'svg' ? svgText(drawing) : mermaidText(drawing);
}

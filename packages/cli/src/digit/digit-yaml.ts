import { Document, isMap, isScalar, visit, type Pair, type Scalar } from 'yaml';
import type { Converted } from './digit-convert.ts';

const width = 100;

/** What was decided and what is left out, as sentences. */
export type WrittenReport = { decided: string[]; notCarried: string[] };

/** A definition as a file to read and to edit, with what was decided at its head. */
export function definitionYaml(
  { definition, remarks }: Converted,
  report: WrittenReport,
  source: string,
): string {
  const document = new Document(definition);
  const list = (heading: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', heading, ...lines.flatMap((line) => wrapped(`- ${line}`, '  '))];
  document.commentBefore = [
    `Imported from ${source.replaceAll(/\s+/g, ' ')}, a DIGIT workflow definition.`,
    ...list('Decided:', report.decided),
    ...list('Not carried over:', report.notCarried),
  ]
    .map((line) => ` ${line}`.trimEnd())
    .join('\n');
  visit(document, {
    Map(key, map) {
      const small = key === 'value' && map.items.length <= 2;
      if (small && map.items.every(({ value }) => isScalar(value))) map.flow = true;
    },
    Seq(_, sequence) {
      if (sequence.items.every(isScalar)) sequence.flow = true;
    },
  });
  const states = document.getIn(['workflow', 'states'], true);
  if (isMap(states)) {
    for (const pair of states.items as Pair<Scalar<string>>[]) {
      const remark = remarks.get(pair.key.value);
      if (remark) pair.key.commentBefore = ` DIGIT: ${remark.replaceAll(/\s+/g, ' ')}`;
    }
  }
  // The library pads lists as it pads maps; here `[a, b]` but `{ a: b }`. No plain text begins with [.
  return document
    .toString({ lineWidth: width, flowCollectionPadding: true })
    .replaceAll(/^(\s*[\w-]+: )\[ (.*) \]$/gm, '$1[$2]');
}

function wrapped(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + word.length + 3 > width) {
      lines.push(line);
      line = `${indent}${word}`;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

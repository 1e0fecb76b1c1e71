import { within, type DrawnMove, type DrawnState, type Drawing } from './drawing.ts';

/** A drawing as a Mermaid `stateDiagram-v2`. */
export function mermaidText({ title, initial, states, moves }: Drawing): string {
  const lines = ['---', `title: ${JSON.stringify(title)}`, '---', 'stateDiagram-v2'];
  const lift = new Map<string, DrawnMove[]>();
  for (const move of moves) {
    if (move.from === '') continue;
    const container = commonContainer(move);
    lift.set(container, [...(lift.get(container) ?? []), move]);
  }
  const draw = (nodes: readonly DrawnState[], container: string, depth: number) => {
    const indent = '  '.repeat(depth);
    for (const { path, title: name, marks, type, initial: first, inner } of nodes) {
      const label = [name, ...marks].map(plain).join(' · ');
      if (inner.length === 0) {
        lines.push(`${indent}state "${label}" as ${idOf(path)}`);
        if (type === 'final') lines.push(`${indent}${idOf(path)} --> [*]`);
        continue;
      }
      lines.push(`${indent}state "${label}" as ${idOf(path)} {`);
      if (type === 'parallel') {
        for (const [index, region] of inner.entries()) {
          if (index > 0) lines.push(`${indent}  --`);
          draw([region], path, depth + 1);
        }
      } else {
        if (first !== undefined) lines.push(`${indent}  [*] --> ${idOf(first)}`);
        draw(inner, path, depth + 1);
      }
      lines.push(`${indent}}`);
    }
    for (const { from, to = from, label } of lift.get(container) ?? []) {
      const begin = within(from, container) ?? from;
      const end = within(to, container) ?? to;
      const inner = begin === from ? '' : `${from.slice(begin.length + 1)}: `;
      lines.push(`${indent}${idOf(begin)} --> ${idOf(end)} : ${plain(`${inner}${label}`)}`);
    }
  };
  lines.push(`  [*] --> ${idOf(initial)}`);
  draw(states, '', 1);
  // Mermaid has no arrow from everywhere: a note at the state they lead to says it.
  for (const { to, label } of moves.filter(({ from }) => from === '')) {
    if (to !== undefined) lines.push(`  note right of ${idOf(to)} : * → ${plain(label)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** The innermost state that holds both ends: Mermaid draws no arrow from inside one into another. */
function commonContainer({ from, to = from }: DrawnMove): string {
  const parts = from.split('.').slice(0, -1);
  while (parts.length > 0 && !to.startsWith(`${parts.join('.')}.`)) parts.pop();
  return parts.join('.');
}

function idOf(path: string): string {
  return path.replaceAll('.', '__').replaceAll('-', '_');
}

/** Without the signs that mean something to Mermaid. */
function plain(text: string): string {
  return text
    .replaceAll(/["\n]/g, ' ')
    .replaceAll(':', ' -')
    .replaceAll(/[;#{}<>`]/g, ' ')
    .trim();
}

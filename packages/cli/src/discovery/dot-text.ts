import type { DirectlyFollows } from '@satu-atap/evidence';

/** A directly-follows graph with its counts, as Graphviz reads it. */
export function dotText(graph: DirectlyFollows, title: string): string {
  const names = new Map([...graph.activities.keys()].map((name, index) => [name, `a${index}`]));
  const id = (name: string) => names.get(name) ?? '';
  const most = Math.max(1, ...graph.edges().map(({ count }) => count));
  const width = (count: number) => (1 + (4 * count) / most).toFixed(1);
  return [
    `digraph ${quoted(title)} {`,
    '  node [shape=box, style=rounded, fontname="sans-serif"];',
    '  begin [shape=circle, label=""]; end [shape=doublecircle, label=""];',
    ...[...graph.activities].map(
      ([name, count]) => `  ${id(name)} [label=${quoted(`${name}\n${count}`)}];`,
    ),
    ...[...graph.starts].map(([name, count]) => `  begin -> ${id(name)} [label="${count}"];`),
    ...graph
      .edges()
      .map(
        ({ from, to, count }) =>
          `  ${id(from)} -> ${id(to)} [label="${count}", penwidth=${width(count)}];`,
      ),
    ...[...graph.ends].map(([name, count]) => `  ${id(name)} -> end [label="${count}"];`),
    '}',
  ].join('\n');
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

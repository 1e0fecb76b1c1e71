import { within, type DrawnMove, type DrawnState, type Drawing } from './drawing.ts';

/** Sizes in pixels; text is measured by its number of letters, so widths are generous. */
const letter = 6.7;
const line = 17;
const pad = 12;
const gap = { x: 36, y: 64 };

type Box = {
  state: DrawnState;
  texts: string[];
  x: number;
  y: number;
  width: number;
  height: number;
  inner: Placed;
};
type Placed = { boxes: Box[]; arrows: [from: Box, to: Box][]; width: number; height: number };

/**
 * A drawing as SVG, laid out in layers from the first state down. Every action stands in the box of
 * the state that offers it, with who may take it and where it leads: arrows alone would cross beyond
 * reading in a workflow of 46 states.
 */
export function svgText(drawing: Drawing): string {
  const titles = new Map<string, string>();
  const collect = (states: readonly DrawnState[]) => {
    for (const { path, title, inner } of states) {
      titles.set(path, title);
      collect(inner);
    }
  };
  collect(drawing.states);
  const textOf = ({ to, label }: DrawnMove) =>
    to === undefined ? label : `${label} → ${titles.get(to) ?? to}`;
  const everywhere = drawing.moves.filter(({ from }) => from === '').map(textOf);
  const placed = place(drawing.states, '', drawing.initial, drawing.moves, textOf);
  const heading = [drawing.title, ...everywhere.map((text) => `* ${text}`)];
  const top = pad + heading.length * line + pad;
  const widest = Math.max(placed.width, ...heading.map(widthOf)) + 2 * pad + gap.x * 2;
  const height = top + placed.height + 2 * pad;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${widest}" height="${height}" viewBox="0 0 ${widest} ${height}" font-family="sans-serif" font-size="12">`,
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path d="M0 0L8 4L0 8z" fill="#5b6b7b"/></marker></defs>',
    `<rect width="${widest}" height="${height}" fill="#ffffff"/>`,
    ...heading.map((text, index) => textAt(text, pad, pad + (index + 1) * line - 4, index === 0)),
    ...draw(placed, pad, top),
    '</svg>',
    '',
  ].join('\n');
}

function place(
  states: readonly DrawnState[],
  container: string,
  initial: string | undefined,
  moves: readonly DrawnMove[],
  textOf: (move: DrawnMove) => string,
  sideBySide = false,
): Placed {
  const boxes = new Map(states.map((state) => [state.path, boxOf(state, moves, textOf)]));
  const arrows = new Map<string, [Box, Box]>();
  for (const { from, to } of moves) {
    if (from === '' || to === undefined) continue;
    const begin = boxes.get(within(from, container) ?? '');
    const end = boxes.get(within(to, container) ?? '');
    if (begin && end && begin !== end)
      arrows.set(`${begin.state.path} ${end.state.path}`, [begin, end]);
  }
  const layers = sideBySide
    ? [[...boxes.values()]]
    : layersOf([...boxes.values()], boxes.get(initial ?? ''), [...arrows.values()]);
  const widths = layers.map((row) => row.reduce((sum, { width }) => sum + width + gap.x, -gap.x));
  const width = Math.max(0, ...widths);
  let y = 0;
  for (const [index, row] of layers.entries()) {
    let x = (width - (widths[index] ?? 0)) / 2;
    for (const box of row) {
      box.x = x;
      box.y = y;
      x += box.width + gap.x;
    }
    y += Math.max(...row.map(({ height }) => height)) + gap.y;
  }
  return {
    boxes: [...boxes.values()],
    arrows: [...arrows.values()],
    width,
    height: Math.max(0, y - gap.y),
  };
}

function boxOf(
  state: DrawnState,
  moves: readonly DrawnMove[],
  textOf: (move: DrawnMove) => string,
): Box {
  const own = moves.filter(({ from }) => from === state.path).map(textOf);
  const texts = [state.title, state.path, ...state.marks, ...own.map((text) => `▸ ${text}`)];
  const inner = place(
    state.inner,
    state.path,
    state.initial,
    moves,
    textOf,
    state.type === 'parallel',
  );
  const width = Math.max(...texts.map(widthOf), inner.width) + 2 * pad;
  const below = inner.height > 0 ? inner.height + 2 * pad : 0;
  return { state, texts, x: 0, y: 0, width, height: texts.length * line + pad + below, inner };
}

/** Rows by the fewest moves from the first state; in a row, near those that lead there. */
function layersOf(boxes: readonly Box[], first: Box | undefined, arrows: readonly [Box, Box][]) {
  const rank = new Map<Box, number>(first ? [[first, 0]] : []);
  for (const box of rank.keys()) {
    for (const [from, to] of arrows) {
      if (from === box && !rank.has(to)) rank.set(to, (rank.get(box) ?? 0) + 1);
    }
  }
  const rows: Box[][] = [];
  // What nothing leads to from here is entered from everywhere, or from outside: it comes last.
  const last = Math.max(0, ...rank.values()) + 1;
  for (const box of boxes) (rows[rank.get(box) ?? last] ??= []).push(box);
  const order = new Map<Box, number>();
  const near = (box: Box) => {
    const before = arrows.flatMap(([from, to]) => (to === box ? (order.get(from) ?? []) : []));
    return before.length === 0 ? 0 : before.reduce((sum, at) => sum + at, 0) / before.length;
  };
  return rows
    .filter((row) => row.length > 0)
    .map((row) => {
      const sorted = row.toSorted((a, b) => near(a) - near(b));
      for (const [index, box] of sorted.entries()) order.set(box, (index + 1) / (row.length + 1));
      return sorted;
    });
}

function draw({ boxes, arrows }: Placed, x: number, y: number): string[] {
  return [
    ...arrows.map(([from, to]) => arrow(from, to, x, y)),
    ...boxes.flatMap((box) => {
      const left = x + box.x;
      const top = y + box.y;
      const { type } = box.state;
      const fill = {
        atomic: '#eef4fb',
        compound: '#fafbfc',
        parallel: '#fdf8ee',
        final: '#e9f5ec',
      }[type];
      const dash = type === 'parallel' ? ' stroke-dasharray="6 4"' : '';
      const textsHeight = box.texts.length * line + pad;
      return [
        `<rect x="${left}" y="${top}" width="${box.width}" height="${box.height}" rx="8" fill="${fill}" stroke="#5b6b7b"${dash}/>`,
        ...box.texts.map((text, index) =>
          textAt(text, left + pad, top + (index + 1) * line, index === 0),
        ),
        ...draw(box.inner, left + pad, top + textsHeight + pad),
      ];
    }),
  ];
}

/** Down from the bottom to the top; back up, or along, around the right side. */
function arrow(from: Box, to: Box, x: number, y: number): string {
  const down = to.y > from.y;
  const startX = x + from.x + (down ? from.width / 2 : from.width);
  const startY = y + from.y + (down ? from.height : from.height / 2);
  const endX = x + to.x + (down ? to.width / 2 : to.width);
  const endY = y + to.y + (down ? 0 : to.height / 2);
  const bend = down ? gap.y * 0.7 : gap.x * 1.5;
  const path = down
    ? `M${startX} ${startY}C${startX} ${startY + bend} ${endX} ${endY - bend} ${endX} ${endY}`
    : `M${startX} ${startY}C${startX + bend} ${startY} ${endX + bend} ${endY} ${endX} ${endY}`;
  return `<path d="${path}" fill="none" stroke="#5b6b7b" stroke-opacity="0.7" marker-end="url(#arrow)"/>`;
}

function textAt(text: string, x: number, y: number, bold: boolean): string {
  return `<text x="${x}" y="${y}"${bold ? ' font-weight="bold"' : ''}>${escaped(text)}</text>`;
}

function widthOf(text: string): number {
  return Math.ceil(text.length * letter);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

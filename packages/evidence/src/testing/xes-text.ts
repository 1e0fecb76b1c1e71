import type { LogAttribute } from '@satu-atap/domain';

/** Cases as a test has them: the case's attributes, and those of each event. */
export type WrittenCase = { attributes: LogAttribute[]; events: LogAttribute[][] };

/** A log in XES, as any other tool might write it. */
export function xesText(cases: readonly WrittenCase[]): string {
  const traces = cases.map(({ attributes, events }) => {
    const inner = events.map((event) => `<event>${event.map(element).join('')}</event>`);
    return `<trace>${attributes.map(element).join('')}${inner.join('')}</trace>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1849.2016">${traces.join('\n')}</log>`;
}

function element([key, type, value, children = []]: LogAttribute): string {
  const inner = children.map(element).join('');
  const content = type === 'list' ? `<values>${inner}</values>` : inner;
  return `<${type} key="${escaped(key)}" value="${escaped(value)}">${content}</${type}>`;
}

function escaped(text: string): string {
  return text.replaceAll(/[<>&"\t\n\r]/g, (sign) => `&#${sign.codePointAt(0)};`);
}

import { htmlText, type Language } from '@satu-atap/domain';
import type { Facts } from './facts.ts';
import type { Text } from './texts.ts';

/** An e-mail's parts; what people wrote stands in them as text. */
export type Composed = { subject: string; text: string; html: string };

type Block = string | string[];

/** Fills a text with what is known. */
export function compose(written: Text, facts: Facts, language: Language): Composed {
  const blocks = written.lines.flatMap((line): Block[] => {
    const block = filled(line, facts);
    return block === undefined ? [] : [block];
  });
  // A line that leads to a list says nothing without it.
  const kept = blocks.filter((block, index) => !leads(block) || Array.isArray(blocks[index + 1]));
  const subject = filled(written.subject, facts);
  return {
    subject: (typeof subject === 'string' ? subject : '').replaceAll(/\s+/g, ' '),
    text: `${kept.map(plain).join('\n\n')}\n`,
    html: `<!doctype html>\n<html lang="${language}"><body>\n${kept.map(marked).join('\n')}\n</body></html>\n`,
  };
}

/** A line with its facts, or undefined where one is not known. */
function filled(line: string, facts: Facts): Block | undefined {
  const [alone] = /^\{\w+\}$/.exec(line) ?? [];
  const fact = (name: string) => (facts as Record<string, Facts[keyof Facts]>)[name];
  if (alone !== undefined) {
    const found = fact(alone.slice(1, -1));
    if (Array.isArray(found)) return found.length > 0 ? found.map(printable) : undefined;
  }
  let isKnown = true;
  const text = line.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const found = fact(name);
    isKnown &&= found !== undefined;
    return printable(Array.isArray(found) ? found.join(', ') : (found ?? ''));
  });
  return isKnown ? text : undefined;
}

const leads = (block: Block) => typeof block === 'string' && block.endsWith(':');

const plain = (block: Block) =>
  typeof block === 'string' ? block : block.map((item) => `- ${item}`).join('\n');

const marked = (block: Block) =>
  typeof block === 'string'
    ? `<p>${htmlText(block).replaceAll('\n', '<br>')}</p>`
    : `<ul>${block.map((item) => `<li>${htmlText(item)}</li>`).join('')}</ul>`;

/** Without signs that steer how text is shown; lines stay lines. */
function printable(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(/[^\P{Cc}\n]|\p{Bidi_Control}/gu, '');
}

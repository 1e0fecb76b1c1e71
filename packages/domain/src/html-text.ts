const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * A text as HTML that shows it and runs nothing, between tags or in a quoted attribute: what people wrote
 * stands in pages and e-mails (HTML Living Standard, 13.1.2.3 and 13.1.4).
 */
export function htmlText(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => references[character] ?? character);
}

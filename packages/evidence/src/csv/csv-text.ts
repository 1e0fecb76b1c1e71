/** What spreadsheets take for the beginning of a formula. */
const formula = /^[=+\-@\t\r]/;

/** A line of RFC 4180. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(quoted).join(',')}\r\n`;
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) || cell !== cell.trim() ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** A text that a spreadsheet would take for a formula begins with an apostrophe instead (CWE-1236). */
export function asText(cell: string): string {
  return formula.test(cell) ? `'${cell}` : cell;
}

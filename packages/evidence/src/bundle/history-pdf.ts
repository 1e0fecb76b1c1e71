import { fileURLToPath } from 'node:url';
import { buffer } from 'node:stream/consumers';
import type { HistoryDocument, HistoryEntry } from './history-document.ts';

const font = (name: string) =>
  fileURLToPath(import.meta.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`));
/** Letters of many scripts: names are not only Latin, and the fonts that PDF readers bring are. */
const fonts = { regular: font('DejaVuSans'), bold: font('DejaVuSans-Bold') };

const margin = 50;
const grey = '#555555';
const black = '#000000';

/** The history as a PDF document, A4, its pages numbered. */
export async function historyPdf(history: HistoryDocument): Promise<Buffer> {
  const { language, title, facts, entries, remarks } = history;
  // Loaded where a document is drawn: it takes longer than most commands that draw none.
  const { default: Pdf } = await import('pdfkit');
  const document = new Pdf({
    size: 'A4',
    margin,
    bufferPages: true,
    lang: language,
    info: { Title: title },
    font: fonts.regular,
  });
  const whole = buffer(document);
  document.font(fonts.bold).fontSize(16).text(printable(title)).moveDown(0.6);
  for (const [label, value] of facts) {
    document
      .font(fonts.bold)
      .fontSize(9)
      .text(printable(`${label}: `), { continued: true });
    document.font(fonts.regular).text(printable(value));
  }
  document.moveDown();
  for (const entry of entries) write(document, entry);
  document.moveDown().fillColor(grey).fontSize(8);
  for (const remark of remarks) document.font(fonts.regular).text(printable(remark));
  numberPages(document);
  document.end();
  return whole;
}

function write(document: PDFKit.PDFDocument, { revision, when, who, what, details }: HistoryEntry) {
  // A heading does not stand alone at the foot of a page.
  if (document.y > document.page.height - margin - 60) document.addPage();
  document
    .font(fonts.regular)
    .fontSize(8)
    .fillColor(grey)
    .text(printable(`${revision} · ${when} · ${who}`));
  document.font(fonts.bold).fontSize(10).fillColor(black).text(printable(what));
  document.font(fonts.regular).fontSize(9);
  for (const line of details) document.text(printable(line), { indent: 10 });
  document.moveDown(0.5);
}

function numberPages(document: PDFKit.PDFDocument): void {
  const { count } = document.bufferedPageRange();
  for (let page = 0; page < count; page += 1) {
    document.switchToPage(page);
    const at = document.page.height - margin / 2 - 8;
    // Below the margin, where text would otherwise begin another page.
    document.page.margins.bottom = 0;
    document
      .font(fonts.regular)
      .fontSize(8)
      .fillColor(grey)
      .text(`${page + 1} / ${count}`, margin, at, { align: 'center', lineBreak: false });
    document.page.margins.bottom = margin;
  }
}

/** Control characters have no glyph; a line break in a comment becomes one of the page. */
function printable(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(/[^\P{C}\n]/gu, '\u{FFFD}');
}

import { htmlText } from '@satu-atap/domain';
import type { HistoryDocument, HistoryEntry } from './history-document.ts';

/** The history as one HTML page that needs nothing else: no script, no style sheet, no picture. */
export function historyPage({
  language,
  title,
  facts,
  headings,
  entries,
  remarks,
}: HistoryDocument): string {
  const { when, who, what } = headings;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${htmlText(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${htmlText(title)}</h1>
<dl>
${facts.map(([label, value]) => `<dt>${htmlText(label)}</dt><dd>${htmlText(value)}</dd>`).join('\n')}
</dl>
<table>
<thead><tr><th>#</th><th>${htmlText(when)}</th><th>${htmlText(who)}</th><th>${htmlText(what)}</th></tr></thead>
<tbody>
${entries.map(row).join('\n')}
</tbody>
</table>
${remarks.map((remark) => `<p>${htmlText(remark)}</p>`).join('\n')}
</body>
</html>
`;
}

function row({ revision, when, who, what, details }: HistoryEntry): string {
  const more = details.map((line) => `<br>${htmlText(line)}`).join('');
  const cells = [String(revision), when, who].map((cell) => `<td>${htmlText(cell)}</td>`).join('');
  return `<tr>${cells}<td><strong>${htmlText(what)}</strong>${more}</td></tr>`;
}

const style = `
body { font: 11pt/1.4 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #ccc; padding: .35rem .5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
tr { break-inside: avoid; }
`;

import { htmlText } from '@satu-atap/domain';
import { Router } from 'express';
import { ProblemError, type ProblemType } from '../problems/problem.ts';
import { problemEntry, problemTypes, type Language } from '../problems/problem-table.ts';

/** `/problems` and `/problems/{type}`: what each type of problem means and the way out, for people. */
export function problemPages(): Router {
  const router = Router();
  router.get('/problems', (_, response) => {
    response
      .type('html')
      .send(page('Masalah · Problems', `<ul>${problemTypes.map(link).join('')}</ul>`));
  });
  router.get('/problems/:type', (request, response) => {
    const type = problemTypes.find((one) => one === request.params.type);
    if (type === undefined) throw new ProblemError({ type: 'not-found' });
    const { status } = problemEntry(type);
    const texts = (['id', 'en'] as const).map((language) => section(type, language));
    response
      .type('html')
      .send(page(type, `<p><code>${type}</code> · ${status}</p>${texts.join('')}`));
  });
  return router;
}

function section(type: ProblemType, language: Language): string {
  const { title, remedy } = problemEntry(type);
  return `<section lang="${language}"><h2>${htmlText(title[language])}</h2><p>${htmlText(remedy[language])}</p></section>`;
}

function link(type: ProblemType): string {
  const { title } = problemEntry(type);
  return (
    `<li><a href="/problems/${type}">${type}</a>: ${htmlText(title.id)} · ` +
    `<span lang="en">${htmlText(title.en)}</span></li>`
  );
}

function page(title: string, body: string): string {
  return (
    `<!doctype html><html lang="id"><meta charset="utf-8"><title>${htmlText(title)}</title>` +
    `<h1>${htmlText(title)}</h1>${body}<p><a href="/problems">/problems</a></p></html>\n`
  );
}

import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Router } from 'express';

const swagger = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const files = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

/** Only what is served from here; Swagger UI draws some of its icons from `data:`. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** `/openapi.json` and, for people, `/docs`: Swagger UI from this machine, no other is asked. */
export function docs(document: object): Router {
  const router = Router();
  router.get('/openapi.json', (_, response) => {
    response.json(document);
  });
  router.get('/docs', (_, response) => {
    response.set('Content-Security-Policy', policy).type('html').send(html);
  });
  router.get('/docs/start.js', (_, response) => {
    response.type('js').send(script);
  });
  for (const file of files) {
    router.get(`/docs/${file}`, (_, response) => response.sendFile(file, { root: swagger }));
  }
  return router;
}

const html = `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <title>Satu Atap API</title>
  <link rel="icon" href="/docs/favicon-32x32.png">
  <link rel="stylesheet" href="/docs/swagger-ui.css">
  <div id="docs"></div>
  <script src="/docs/swagger-ui-bundle.js"></script>
  <script src="/docs/start.js"></script>
</html>
`;

const script = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#docs', deepLinking: true });\n`;

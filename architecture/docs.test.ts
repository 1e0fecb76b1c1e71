import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { problemTable } from '../packages/api/src/problems/problem-table.ts';
import { routes } from '../packages/api/src/routes/routes.ts';
import { readYaml } from '../packages/api/src/definition-text/index.ts';
import { parseDefinition } from '../packages/domain/src/service/parse-definition.ts';
import { excludedFromWorkflow } from '../packages/domain/src/service/workflow.ts';

const root = join(import.meta.dirname, '..');
const pages = [
  'README.md',
  ...globSync('{docker,docs,services}/**/*.md', { cwd: root }).toSorted(),
];
const textOf = (page: string) => readFileSync(join(root, page), 'utf8');

describe.each(pages)('%s', (page) => {
  const text = textOf(page);

  it('links to files, and to headings in them, that are there', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)];
    const broken = links.filter(([, path = '', heading]) => {
      const file = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(root, file))) return true;
      return heading !== undefined && !headingsOf(textOf(file)).includes(heading);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  it('names no script that package.json does not have', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    // pnpm's own commands are no scripts of ours.
    const known = new Set([...Object.keys(scripts), 'why', 'exec', 'install']);
    const named = [...text.matchAll(/\b(?:npm run(?: -s)?|npx pnpm|`pnpm) ([a-z][\w:-]*)/g)];
    expect(named.map(([, script = '']) => script).filter((script) => !known.has(script))).toEqual(
      [],
    );
  });
});

it('docs/plug-in-a-service.md shows a sound definition', () => {
  const [, yaml = ''] = /^```yaml\n(.*?)^```$/ms.exec(textOf('docs/plug-in-a-service.md')) ?? [];
  const { value, problems } = readYaml(yaml);
  expect([...problems, ...parseDefinition(value).problems]).toEqual([]);
});

it('docs/plug-in-a-service.md says of everything that workflows leave out, why', () => {
  const [, table = ''] = textOf('docs/plug-in-a-service.md').split('## What a workflow leaves out');
  const named = [...table.matchAll(/^\|(.*?)\|/gm)].flatMap(([, cell = '']) => quoted(cell));
  expect(named.toSorted()).toEqual(Object.keys(excludedFromWorkflow).toSorted());
});

it('docs/api.md lists every route', () => {
  const listed = rowsOf('docs/api.md', /^(GET|POST|PUT|DELETE) /).map(([route]) => route);
  const there = routes.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  expect(listed.toSorted()).toEqual(there.toSorted());
});

it('docs/api.md lists every type of problem with its status', () => {
  const listed = rowsOf('docs/api.md', /^[a-z-]+$/).filter(([, status]) => /^\d{3}$/.test(status));
  const there = Object.entries(problemTable).map(([type, { status }]) => [type, String(status)]);
  expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(there));
});

it('docs/operating.md lists every setting', () => {
  const settings = textOf('packages/cli/src/settings.ts').match(/\bSATU_ATAP_\w+(?=:)/g);
  const listed = rowsOf('docs/operating.md', /^SATU_ATAP_/).map(([setting]) => setting);
  expect(listed.toSorted()).toEqual([...new Set(settings)].toSorted());
});

/** Table rows whose first cell is code that fits: that code and the second cell. */
function rowsOf(page: string, first: RegExp): [string, string][] {
  const rows = [...textOf(page).matchAll(/^\| `([^`]+)` +\| *(.*?) *\|/gm)];
  return rows.flatMap(([, code = '', second = '']) => (first.test(code) ? [[code, second]] : []));
}

function quoted(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

/** Headings as the addresses that forges make of them. */
function headingsOf(text: string): string[] {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)];
  return headings.map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

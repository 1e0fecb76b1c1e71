import { execFile } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import dependencies from './dependencies.json' with { type: 'json' };

const root = join(import.meta.dirname, '..');
const fixtures = join(import.meta.dirname, 'fixtures');
const files = globSync('packages/**/*.ts', { cwd: fixtures }).toSorted();

/** The rules that are on trial; others may say what they like of a fixture. */
const rules = [
  'architecture/imports',
  'architecture/no-clock',
  'no-restricted-imports',
  'no-restricted-globals',
  'no-restricted-properties',
  'prefer-node-protocol',
  'no-floating-promises',
  'switch-exhaustiveness-check',
];

describe('the linter, with the rules of the real packages', () => {
  let reported: Map<string, string[]>;
  beforeAll(async () => {
    reported = await lint();
  }, 60_000);

  it.each(files)('reports in %s just what breaks the architecture', (file) => {
    expect(reported.get(file) ?? []).toEqual(marks(file));
  });

  it('has every rule on trial', () => {
    const used = new Set(files.flatMap(marks).map((mark) => mark.replace(/^\d+ /, '')));
    expect([...used].toSorted()).toEqual(rules.toSorted());
  });
});

describe('the packages', () => {
  const graph: Record<string, { packages: string[]; modules?: string[] }> = dependencies.packages;
  const existing = globSync('packages/*/package.json', { cwd: root }).map(
    (file) => file.split(/[\\/]/)[1] ?? '',
  );

  it.each(existing)('%s depends on no package but those it may import', (name) => {
    const found = workspaceDependencies(name);
    expect(found.filter((other) => !graph[name]?.packages.includes(other))).toEqual([]);
  });

  it('depend one way', () => {
    const settled = new Set<string>();
    let left = Object.entries(graph);
    while (left.length > 0) {
      const next = left.filter(([, { packages }]) => packages.every((other) => settled.has(other)));
      expect(next, `a circle among ${left.map(([name]) => name).join(', ')}`).not.toEqual([]);
      for (const [name] of next) settled.add(name);
      left = left.filter(([name]) => !settled.has(name));
    }
    expect([...settled].toSorted()).toEqual(Object.keys(graph).toSorted());
  });

  it('leave the domain with nothing but its few libraries', () => {
    const { dependencies: libraries } = manifest('domain');
    const allowed = graph['domain']?.modules ?? [];
    expect(Object.keys(libraries ?? {}).filter((name) => !allowed.includes(name))).toEqual([]);
  });

  it('have the folders that the rules name', () => {
    const folders = Object.values(dependencies.onlyIn).flat();
    expect(folders.filter((folder) => !existsSync(join(root, folder)))).toEqual([]);
  });
});

/** `2 no-restricted-imports`: what the fixture's lines say must be reported there. */
function marks(file: string): string[] {
  const lines = readFileSync(join(fixtures, file), 'utf8').split('\n');
  return lines.flatMap((line, index) => {
    const mark = /\/\/ reports (.*)$/.exec(line)?.[1];
    return (mark?.split(', ') ?? []).map((rule) => `${index + 1} ${rule}`);
  });
}

type Diagnostic = {
  code: string;
  filename: string;
  labels: { span: { line: number } }[];
};

async function lint(): Promise<Map<string, string[]>> {
  const oxlint = join(root, 'node_modules', 'oxlint', 'bin', 'oxlint');
  const config = join(import.meta.dirname, 'fixtures.oxlintrc.json');
  const call = [oxlint, '--type-aware', '-c', config, '-f', 'json', fixtures];
  const { stdout } = await promisify(execFile)(process.execPath, call, { cwd: root }).catch(
    // The linter ends with 1, as it should: there is much to report.
    (failed: { code: number; stdout: string }) => failed,
  );
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: Diagnostic[] };
  const found = diagnostics.flatMap(({ code, filename, labels }) => {
    // `eslint(no-restricted-imports)`, `architecture(imports)`
    const [, plugin = '', rule = ''] = /^([^(]+)\((.*)\)$/.exec(code) ?? [];
    const name = plugin === 'architecture' ? `${plugin}/${rule}` : rule;
    if (!rules.includes(name)) return [];
    const file = filename.replaceAll('\\', '/').replace(/^.*architecture\/fixtures\//, '');
    return { file, line: labels[0]?.span.line ?? 0, name };
  });
  const inOrder = found.toSorted((a, b) => a.line - b.line || a.name.localeCompare(b.name));
  const byFile = Map.groupBy(inOrder, ({ file }) => file);
  return new Map(
    [...byFile].map(([file, list]) => [file, list.map(({ line, name }) => `${line} ${name}`)]),
  );
}

function manifest(name: string): Record<string, Record<string, string> | undefined> {
  const text = readFileSync(join(root, 'packages', name, 'package.json'), 'utf8');
  return JSON.parse(text) as ReturnType<typeof manifest>;
}

function workspaceDependencies(name: string): string[] {
  const { dependencies: always, devDependencies: inTests, peerDependencies } = manifest(name);
  return Object.keys({ ...always, ...inTests, ...peerDependencies }).flatMap(
    (dependency) => /^@satu-atap\/(.+)$/.exec(dependency)?.[1] ?? [],
  );
}

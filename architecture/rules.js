// Lint rules that oxlint has no words for; `.oxlintrc.json` turns them on. JavaScript, so that the
// linter runs under any Node.
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';

/**
 * Which package may import which, and which module has its place in one folder only.
 *
 * `modules`, where a package has it, lists all that it may import from outside.
 */
const { packages, onlyIn } = JSON.parse(
  readFileSync(new URL('dependencies.json', import.meta.url), 'utf8'),
);

/** Reports imports against the direction of dependencies, wherever they are written. */
const imports = {
  create(context) {
    const file = placeOf(context.filename);
    if (!file) return {};
    const check = (source) => {
      if (typeof source?.value !== 'string') return;
      const message = forbidden(file, source.value);
      if (message) context.report({ node: source, message });
    };
    return {
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      TSImportType: (node) => check(node.source),
    };
  },
};

/** Reports `new Date()` and `Date()`: the clock, where `new Date(0)` is arithmetic. */
const noClock = {
  create(context) {
    const message = 'The domain has no clock: the instant comes in with the command.';
    return {
      NewExpression(node) {
        if (isDate(node.callee) && node.arguments.length === 0) context.report({ node, message });
      },
      CallExpression(node) {
        if (isDate(node.callee)) context.report({ node, message });
      },
    };
  },
};

function isDate({ type, name }) {
  return type === 'Identifier' && name === 'Date';
}

export default {
  meta: { name: 'architecture' },
  rules: { imports, 'no-clock': noClock },
};

/** The path from `packages/` on and the package's name; undefined for files of no package. */
function placeOf(filename) {
  const [path, name] =
    /packages\/([^/]+)\/(?!.*\bpackages\/).*$/.exec(filename.replaceAll('\\', '/')) ?? [];
  if (path === undefined) return undefined;
  const isTest = /\.test\.ts$|\/testing\//.test(path);
  return { path, name, isTest };
}

/** Why the file may not import this, or undefined. */
function forbidden({ path, name, isTest }, imported) {
  const own = packages[name];
  if (!own) return `Package ${name} has no place in architecture/dependencies.json yet.`;
  if (imported.startsWith('.')) {
    const target = posix.join(posix.dirname(path), imported);
    return target.startsWith(`packages/${name}/`)
      ? undefined
      : `A relative import stays in its package: import @satu-atap/… instead.`;
  }
  const sibling = /^@satu-atap\/([^/]+)/.exec(imported)?.[1];
  if (sibling !== undefined) {
    return own.packages.includes(sibling) ? undefined : `${name} may not depend on ${sibling}.`;
  }
  // Tests may use what they need from outside.
  if (isTest) return undefined;
  const module = moduleOf(imported);
  if (own.modules && !own.modules.includes(module)) {
    return `${name} imports nothing but ${own.modules.join(', ')}.`;
  }
  const places = onlyIn[module];
  if (places && !places.some((place) => path.startsWith(place))) {
    return `${module} has its place in ${places.join(' and ')}.`;
  }
  return undefined;
}

/** `zod` for `zod/locales`, `@a/b` for `@a/b/c`. */
function moduleOf(imported) {
  const [module] = /^(@[^/]+\/)?[^/]+/.exec(imported) ?? [imported];
  // `node:fs/promises` is a module of its own.
  return imported.startsWith('node:') ? imported : module;
}

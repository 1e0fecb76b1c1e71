import { getNodeValue } from 'jsonc-parser';
import { clean, type Fields } from './digit-fields.ts';
import type { ImportReport } from './digit-report.ts';

/** DIGIT lets anybody take an action with this role. */
export const anybody = '*';

const longestRole = 256;

/** Roles are a list of texts; also met: a text, with commas between several, and objects with a code. */
export function rolesOf(fields: Fields, report: ImportReport): string[] {
  const node = fields.node('roles');
  if (!node) return [];
  const line = fields.lineOf('roles');
  const roles = textsIn(getNodeValue(node), 0).map(clean).filter(Boolean);
  const split = roles
    .flatMap((role) => role.split(/[,;|]/))
    .map((role) => role.trim())
    .filter(Boolean);
  if (node.type === 'string' || split.length > roles.length) {
    const text =
      split.length > 1
        ? 'Roles in one text are told apart at the commas'
        : 'A role that is a text is a list of one';
    report.decided.add(text, line);
  } else if (
    node.type === 'object' ||
    (node.children ?? []).some(({ type }) => type === 'object')
  ) {
    report.decided.add('Roles that are objects are taken by their code, or their name', line);
  }
  if (split.some((role) => role.length > longestRole)) {
    report.fault(line, `a role is longer than ${longestRole} characters; shorten it`);
    return [];
  }
  return [...new Set(split)];
}

const deepest = 4;

/** The texts in a value; one that is an object counts by its code or name, and as it is without. */
function textsIn(value: unknown, depth: number): string[] {
  if (typeof value === 'string') return listIn(value) ?? [value];
  if (value === null || depth > deepest) return [];
  if (typeof value !== 'object') return [JSON.stringify(value) ?? ''];
  if (Array.isArray(value)) return value.flatMap((item) => textsIn(item, depth + 1));
  const named = ['code', 'name', 'role'].find((key) => Object.hasOwn(value, key));
  return named
    ? textsIn((value as Record<string, unknown>)[named], depth + 1)
    : [JSON.stringify(value)];
}

/** `["A","B"]` written as a text, and `{A,B}` as a database writes it. */
function listIn(text: string): string[] | undefined {
  const inner = /^\s*[[{](.*)[\]}]\s*$/s.exec(text)?.[1];
  return inner?.split(',').map((role) => role.trim().replaceAll(/^["']|["']$/g, ''));
}

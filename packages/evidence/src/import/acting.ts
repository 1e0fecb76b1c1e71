import { createHash } from 'node:crypto';
import { importedRole, name as roleName, type Actor, type LogAttribute } from '@satu-atap/domain';
import { valueOf } from './log-part.ts';

/** How ids of people of other systems begin: no account of this house can be meant. */
const importedPrefix = 'imported:';

/** The most characters of somebody's name in an id. */
const longest = 150;

/**
 * Whoever did something in a foreign log: its `org:resource`, with its `org:role` where that is a name
 * that roles here can have.
 */
export function actorOf(
  attributes: readonly LogAttribute[],
  { unit, office }: { unit: string; office: string },
): Actor {
  const role = valueOf(attributes, 'org:role');
  const isOne = role !== undefined && role !== importedRole && roleName.safeParse(role).success;
  const named = isOne ? [role] : [];
  const id = importedId(valueOf(attributes, 'org:resource') ?? '');
  return { id, roles: [importedRole, ...named], unit, office };
}

/** An id for a name of another system: cut so that it fits, and still another for another name. */
export function importedId(name: string): string {
  const plain = name
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ')
    .trim();
  if (plain.length <= longest && plain === name) return `${importedPrefix}${plain}`;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 12);
  return `${importedPrefix}${plain.slice(0, longest).toWellFormed()}~${digest}`;
}

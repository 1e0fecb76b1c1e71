import { userInfo } from 'node:os';
import { actor, builtInRoles, type Actor } from '@satu-atap/domain';

/** The most characters of a user's name that fit into an actor's id with `cli:` before them. */
const longestName = 196;

/**
 * Who is at the command line: the user of the operating system, as what they do or are given is
 * recorded. Whoever may read the store's files acts as the system.
 *
 * @param userName reads the user's name; it throws where the operating system has none for the process,
 *   as in a container with a user number of its own: then the number stands in its place
 */
export function localActor(userName: () => string = () => userInfo().username): Actor {
  return actor.parse({ id: `cli:${nameOf(userName)}`, roles: [builtInRoles.system] });
}

function nameOf(userName: () => string): string {
  try {
    const name = withoutControls(userName()).slice(0, longestName).toWellFormed();
    if (name !== '') return name;
  } catch {
    // It has a number only.
  }
  return `uid-${process.getuid?.() ?? 'unknown'}`;
}

/** Nothing that would break a line or steer a terminal that prints it. */
function withoutControls(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '');
}

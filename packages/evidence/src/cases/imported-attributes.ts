import type { LogAttribute } from '@satu-atap/domain';
import type { Disclosure } from './disclosure.ts';

/**
 * An imported event's attributes: the very ones that its log had, or with pseudonyms, where its
 * resource and its ids have others.
 */
export function importedAttributes(
  attributes: LogAttribute[],
  disclosure: Disclosure,
): LogAttribute[] {
  return disclosure.texts ? attributes : attributes.map((one) => disguised(one, disclosure));
}

/** The same for a case, whose name is an id, too. */
export function importedCaseAttributes(
  attributes: LogAttribute[],
  disclosure: Disclosure,
): LogAttribute[] {
  if (disclosure.texts) return attributes;
  return attributes.map((one) => {
    const [key, type, value, ...children] = one;
    if (key !== 'concept:name') return disguised(one, disclosure);
    const name = disclosure.application(value);
    return type === 'string' || type === 'id'
      ? [key, 'string', name]
      : [key, type, value, ...children];
  });
}

const persons = new Set(['org:resource', 'satuatap:applicant', 'satuatap:officer']);
const ids = new Set(['identity:id', 'concept:instance', 'satuatap:event', 'satuatap:document']);

function disguised(
  [key, type, value, children]: LogAttribute,
  disclosure: Disclosure,
): LogAttribute {
  const told =
    type !== 'string' && type !== 'id'
      ? value
      : persons.has(key)
        ? disclosure.person(value)
        : ids.has(key)
          ? disclosure.event(value)
          : value;
  if (!children) return [key, type, told];
  return [key, type, told, children.map((one) => disguised(one, disclosure))];
}

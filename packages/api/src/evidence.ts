import { builtInRoles, hasRole, type Actor, type EvidenceAccess } from '@satu-atap/domain';
import { recordEvidenceAccess } from '@satu-atap/event-store';
import type { Api } from './api-options.ts';

/** For how long looking at the same thing again is the same look, in milliseconds. */
const sameLook = 5 * 60_000;
/** Looks that are remembered, by this process. */
const mostRemembered = 10_000;
const looks = new WeakMap<Api['store'], Map<string, number>>();

/**
 * Records that an auditor is about to see something; others are in the application's own history, or
 * are no auditors of it. The same auditor looking at the same thing again within minutes is not
 * written again: a page that refreshes itself would fill the record.
 *
 * @param access with its parts always in the same order
 */
export async function recordLook(api: Api, actor: Actor, access: EvidenceAccess): Promise<void> {
  if (!hasRole(actor, [builtInRoles.auditor])) return;
  const remembered = looks.get(api.store) ?? new Map<string, number>();
  looks.set(api.store, remembered);
  const key = JSON.stringify([actor.id, actor.office, access]);
  const now = performance.now();
  if ((remembered.get(key) ?? Number.NEGATIVE_INFINITY) > now - sameLook) return;
  await record(api, actor, access);
  remembered.delete(key);
  remembered.set(key, now);
  const oldest = remembered.keys().next();
  if (remembered.size > mostRemembered && !oldest.done) remembered.delete(oldest.value);
}

/** Records that somebody, auditor or not, is about to be given evidence. */
export async function record(api: Api, actor: Actor, access: EvidenceAccess): Promise<void> {
  await recordEvidenceAccess(api.store, access, { actor, now: Temporal.Now.instant() });
}

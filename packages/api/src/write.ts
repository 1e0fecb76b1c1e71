import { hash, randomUUID } from 'node:crypto';
import {
  canonicalJson,
  evolve,
  isRefused,
  readApplicationEvent,
  type Application,
  type ApplicationCommand,
} from '@satu-atap/domain';
import { applicationStream, derivedId, readStream, type EventStore } from '@satu-atap/event-store';
import type { z } from 'zod';
import { unreadable } from './access.ts';
import type { Api } from './api-options.ts';
import { entityTag, type writeHeaders } from './http/headers.ts';
import type { Answer, Call } from './http/route.ts';
import type { Problematic } from './problems/problem.ts';
import { applicationView } from './views/application-view.ts';

type WriteCall = Call<unknown, unknown, Partial<z.output<typeof writeHeaders>>>;

/** The command that a request stands for. */
export type CommandIdentity = { id: string; fingerprint?: string };

/**
 * With an `Idempotency-Key` a request is one command however often it is sent; without one, each is
 * its own. `content` is what makes two requests to the same address the same.
 */
export function commandIdentity(
  { request, headers, who }: WriteCall,
  application: string,
  content: unknown,
): CommandIdentity {
  const key = headers['Idempotency-Key'];
  if (key === undefined) return { id: randomUUID() };
  const asked = canonicalJson([request.method, request.path, content ?? null]);
  return {
    id: derivedId('idempotency', who.actor.id, application, key),
    fingerprint: hash('sha256', asked, 'base64url'),
  };
}

/** Gives a command to the command handler and answers with the application as it stands after it. */
export async function perform(
  api: Api,
  call: WriteCall,
  application: string,
  command: ApplicationCommand,
  identity: CommandIdentity = commandIdentity(call, application, call.body),
): Promise<Answer | Problematic> {
  const { actor } = call.who;
  const result = await api.commands({
    application,
    command,
    actor,
    ...identity,
    expectedRevision: call.headers['If-Match'],
  });
  if (isRefused(result)) {
    const hidden = result.application && unreadable(actor, result.application);
    return { refusal: hidden ?? result.refusal };
  }
  return {
    status: 200,
    headers: { ETag: entityTag(result.revision), 'X-Position': result.position },
    body: applicationView(api, { id: application, ...result }, actor),
  };
}

/**
 * An application straight from its events, for decisions that cannot wait for the read models.
 * `commands` are the ids of those that made it what it is.
 */
export async function standingOf(
  store: EventStore,
  id: string,
): Promise<{ application: Application; revision: number; commands: Set<string> } | undefined> {
  let application: Application | undefined;
  let revision = -1;
  const commands = new Set<string>();
  for (const stored of await readStream(store, applicationStream(id))) {
    const { event, metadata } = readApplicationEvent(stored);
    application = evolve(application, event, metadata);
    ({ revision } = stored);
    commands.add(metadata.command);
  }
  return application && { application, revision, commands };
}

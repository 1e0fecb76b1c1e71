import { builtInRoles, hasRole, readApplicationEvent } from '@satu-atap/domain';
import { applicationStream, isPlain, readStream } from '@satu-atap/event-store';
import {
  NoEvidenceError,
  prepareBundle,
  provenLog,
  type NoEvidence,
  type PreparedBundle,
} from '@satu-atap/evidence';
import { unreadable } from '../access.ts';
import { rawStore, type Api } from '../api-options.ts';
import { record } from '../evidence.ts';
import { route } from '../http/route.ts';
import type { Problem } from '../problems/problem.ts';
import { applicationParams } from './common.ts';

const zip = 'application/zip';

export const getEvidence = route({
  method: 'get',
  path: '/api/v1/applications/{id}/evidence',
  tag: 'evidence',
  summary: 'The evidence of an application as one ZIP file that proves itself',
  description:
    'For auditors; that it was given is recorded before it is. Holds the events that the newest ' +
    'checkpoint covers, with proofs, rules, documents and the history to read. Check it with ' +
    '`satu-atap verify-bundle`, or by the README.txt in it.',
  params: applicationParams,
  responses: { 200: { description: 'The bundle.', content: [zip] } },
  async handle({ params: { id }, who: { actor }, request }, api) {
    if (!hasRole(actor, [builtInRoles.auditor])) {
      return { refusal: { type: 'role-required', roles: [builtInRoles.auditor] } };
    }
    const [first] = await readStream(api.store, applicationStream(id), { limit: 1 });
    const submitted = first && readApplicationEvent(first).event;
    if (submitted?.type !== 'ApplicationSubmitted') {
      return { refusal: { type: 'application-not-found' } };
    }
    const hidden = unreadable(actor, submitted.data);
    if (hidden) return { refusal: hidden };
    const prepared = await preparedFor(api, id, actor.id);
    if ('because' in prepared) return { refusal: problemOf(prepared, id) };

    const headers = {
      'Content-Type': zip,
      'Content-Disposition': `attachment; filename="evidence-${id}.zip"`,
    };
    // Express answers HEAD by this handler, too, and would have a bundle made for nobody.
    if (request.method === 'HEAD') return { status: 200, headers };
    await record(api, actor, { act: 'bundled', application: id });
    return { status: 200, headers, content: prepared.write().content };
  },
});

async function preparedFor(
  { store, prover, services, offices, documents }: Api,
  id: string,
  by: string,
): Promise<PreparedBundle | NoEvidence> {
  const raw = rawStore({ store });
  const source = {
    store: isPlain(store) ? store : { read: store.read.bind(store), raw },
    log: provenLog(raw, prover),
    services,
    offices,
    document: (sha256: string) => documents.find(sha256),
  };
  try {
    return await prepareBundle([id], source, { by, now: Temporal.Now.instant() });
  } catch (error) {
    if (error instanceof NoEvidenceError) return error.reason;
    throw error;
  }
}

function problemOf(none: NoEvidence, id: string): Problem {
  switch (none.because) {
    case 'no-checkpoint':
      return { type: 'checkpoint-not-found' };
    case 'not-covered':
      return { type: 'event-not-covered', stream: applicationStream(id), revision: 0 };
    case 'not-as-signed':
      return { type: 'log-not-as-signed' };
  }
}

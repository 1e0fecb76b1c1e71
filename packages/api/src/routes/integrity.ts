import { Readable } from 'node:stream';
import {
  builtInRoles,
  consistencyProof,
  hasRole,
  inclusionProof,
  UnreadableEventError,
  type Actor,
  type EvidenceAccess,
} from '@satu-atap/domain';
import {
  BrokenRecordError,
  integrityHead,
  readStream,
  recordedCheckpoints,
  recordEvidenceAccess,
  UnreadableRecordError,
  type NoProof,
} from '@satu-atap/event-store';
import { z } from 'zod';
import { rawStore, type Api } from '../api-options.ts';
import { publicRoute, route } from '../http/route.ts';
import { ProblemError, type Problem, type Problematic } from '../problems/problem.ts';
import { hiddenEvent } from '../hidden-event.ts';
import { paging } from './common.ts';

const size = z.coerce.number<string>().int().min(1).max(Number.MAX_SAFE_INTEGER);
/** Names that no store keeps for itself, without what would break a line. */
const stream = z
  .string()
  .max(512)
  .regex(/^[^$\p{Cc}][^\p{Cc}]*$/u, { error: 'must be the name of a stream' })
  .meta({ description: 'The event’s stream: `application-{id}` for an application.' });

const checkpointView = z.strictObject({
  size: z.int().meta({ description: 'How many events it covers.' }),
  root: z.string().meta({ description: 'The root of the Merkle tree over them, in base64.' }),
  signedAt: z.string(),
  checkpoint: z.string().meta({ description: 'The signed note.' }),
});

export const listCheckpoints = route({
  method: 'get',
  path: '/api/v1/integrity/checkpoints',
  tag: 'evidence',
  summary: 'Signed checkpoints of the log, the newest first',
  description: 'For auditors; that they were given is recorded.',
  query: z.strictObject(paging),
  responses: {
    200: {
      description: 'A page of them.',
      schema: z.strictObject({
        items: z.array(checkpointView),
        next: z.string().optional().meta({ description: 'Where the next page begins.' }),
      }),
    },
  },
  async handle({ query: { after, limit }, who: { actor } }, api) {
    if (after !== undefined && !/^\d{1,15}$/.test(after)) {
      return { refusal: { type: 'invalid-cursor' } };
    }
    return givenTo(
      actor,
      api,
      { act: 'looked-at', selection: { what: 'checkpoints' } },
      async () => {
        const from = after === undefined ? undefined : Number(after) - 1;
        const page = await recordedCheckpoints(rawStore(api), { limit, from });
        const items = page.checkpoints.map((one) => ({
          size: one.size,
          root: one.root,
          signedAt: one.signedAt,
          checkpoint: one.note,
        }));
        const next = page.next === undefined ? {} : { next: String(page.next) };
        return { status: 200, body: { items, ...next } };
      },
    );
  },
});

export const getLatestCheckpoint = publicRoute({
  method: 'get',
  path: '/api/v1/integrity/checkpoints/latest',
  tag: 'evidence',
  summary: 'The newest signed checkpoint of the log, for anybody',
  description:
    'A C2SP checkpoint. It tells how many events there are and nothing of them; who keeps some can ' +
    'later be shown that nothing of what they cover was altered.',
  responses: { 200: { description: 'The signed note.', content: ['text/plain'] } },
  async handle(_, api) {
    const { checkpoint } = await integrityHead(rawStore(api));
    if (!checkpoint) throw new ProblemError({ type: 'checkpoint-not-found' });
    const headers = { 'Content-Type': 'text/plain; charset=utf-8' };
    return { status: 200, headers, content: Readable.from([checkpoint.note]) };
  },
});

export const listSigningKeys = route({
  method: 'get',
  path: '/api/v1/integrity/keys',
  tag: 'evidence',
  summary: 'The public keys that checkpoints are signed with, the newest last',
  description: 'For auditors. Each was introduced by the one before it, the first by itself.',
  responses: {
    200: {
      description: 'The keys.',
      schema: z.strictObject({
        items: z.array(
          z.strictObject({
            vkey: z.string().meta({ description: 'As C2SP’s signed-note writes a public key.' }),
          }),
        ),
      }),
    },
  },
  async handle({ who: { actor } }, api) {
    const access = { act: 'looked-at', selection: { what: 'signing keys' } } as const;
    return givenTo(actor, api, access, async () => {
      const items = (await api.prover.keys()).map(({ vkey }) => ({ vkey }));
      return { status: 200, body: { items } };
    });
  },
});

export const proveInclusion = route({
  method: 'get',
  path: '/api/v1/integrity/proofs/inclusion',
  tag: 'evidence',
  summary: 'A proof that an event is in the log as it was signed',
  description:
    'For auditors; that it was given is recorded before it is. It holds the event with its personal ' +
    'data sealed, the hashes, and the signed checkpoint: who has the public key needs nothing else.',
  query: z.strictObject({
    stream,
    revision: z.coerce.number<string>().int().min(0).max(Number.MAX_SAFE_INTEGER),
    size: size.optional().meta({ description: 'By the checkpoint of this size; else the newest.' }),
  }),
  responses: { 200: { description: 'The proof.', schema: inclusionProof } },
  async handle({ query, who: { actor } }, api) {
    const { revision } = query;
    const selection = {
      stream: query.stream,
      revision: String(revision),
      ...(query.size === undefined ? {} : { size: String(query.size) }),
    };
    return givenTo(actor, api, { act: 'proved', selection }, async () => {
      const store = rawStore(api);
      const [event] = await readStream(store, query.stream, { from: revision, limit: 1 });
      if (event?.revision !== revision) return refusedBy({ no: 'event' }, query);
      const hidden = await hiddenEvent(actor, event, store);
      if (hidden) return { refusal: hidden };
      const proof = await api.prover.inclusion(event, query.size);
      return 'no' in proof ? refusedBy(proof, query) : { status: 200, body: proof };
    });
  },
});

export const proveConsistency = route({
  method: 'get',
  path: '/api/v1/integrity/proofs/consistency',
  tag: 'evidence',
  summary: 'A proof that the log of one checkpoint is the beginning of another’s',
  description: 'For auditors; that it was given is recorded before it is.',
  query: z
    .strictObject({ from: size, to: size })
    .refine(({ from, to }) => from <= to, { path: ['to'], error: 'must not be below `from`' }),
  responses: { 200: { description: 'The proof.', schema: consistencyProof } },
  async handle({ query: { from, to }, who: { actor } }, api) {
    const selection = { from: String(from), to: String(to) };
    return givenTo(actor, api, { act: 'proved', selection }, async () => {
      const proof = await api.prover.consistency(from, to);
      if (!('no' in proof)) return { status: 200, body: proof };
      return refusedBy(proof, { stream: 'integrity', revision: 0 });
    });
  },
});

/** For auditors, once it is recorded; where the log is not what was signed, nothing is given. */
async function givenTo<T>(
  actor: Actor,
  api: Api,
  access: EvidenceAccess,
  give: () => Promise<T | Problematic>,
): Promise<T | Problematic> {
  const roles = [builtInRoles.auditor];
  if (!hasRole(actor, roles)) return { refusal: { type: 'role-required', roles } };
  await recordEvidenceAccess(api.store, access, { actor, now: Temporal.Now.instant() });
  try {
    return await give();
  } catch (error) {
    const faults = [BrokenRecordError, UnreadableRecordError, UnreadableEventError];
    if (!faults.some((kind) => error instanceof kind)) throw error;
    api.log.error({ err: error }, 'the log is not what was signed');
    return { refusal: { type: 'log-not-as-signed' } };
  }
}

function refusedBy(
  proof: NoProof,
  { stream: name, revision }: { stream: string; revision: number },
): Problematic {
  const problems: Record<NoProof['no'], Problem> = {
    event: { type: 'event-not-found', stream: name, revision },
    coverage: { type: 'event-not-covered', stream: name, revision },
    checkpoint: {
      type: 'checkpoint-not-found',
      ...(proof.no === 'checkpoint' ? { size: proof.size } : {}),
    },
    match: { type: 'log-not-as-signed' },
  };
  return { refusal: problems[proof.no] };
}

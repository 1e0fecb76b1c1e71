import type { Readable } from 'node:stream';
import {
  decide,
  documentAttached,
  isRefused,
  type CommandOf,
  type RequiredDocument,
} from '@satu-atap/domain';
import { derivedId, erasureStream, readStream } from '@satu-atap/event-store';
import type { ApplicationDetail } from '@satu-atap/projections';
import { z } from 'zod';
import { unreadable } from '../access.ts';
import type { Api } from '../api-options.ts';
import { readHeaders, writeHeaders } from '../http/headers.ts';
import { route, type Call } from '../http/route.ts';
import { isProblematic, type Problematic } from '../problems/problem.ts';
import { commandIdentity, perform, standingOf } from '../write.ts';
import { readable } from './applications.ts';
import { applicationParams, written } from './common.ts';

/** What service definitions can ask for. */
const mediaTypes = ['application/pdf', 'image/jpeg', 'image/png'];

const fileName = documentAttached.shape.name.unwrap().regex(/^[^\p{Cc}/\\]+$/u, {
  error: 'must be a plain file name',
});

export const attachDocument = route({
  method: 'post',
  path: '/api/v1/applications/{id}/documents',
  tag: 'documents',
  summary: 'Attach a document: its content is the body, its type the Content-Type',
  description: 'A newer document for the same requirement replaces the older one.',
  params: applicationParams,
  query: z.strictObject({ requirement: documentAttached.shape.requirement, name: fileName }),
  headers: writeHeaders,
  upload: mediaTypes,
  responses: { 200: written },
  async handle(call, api) {
    const { params, query, request } = call;
    const declared = declaredOf(call);
    const expected = await expectation(api, call, declared);
    if (isProblematic(expected)) return expected;
    const { mediaType } = declared;
    const { maxBytes } = expected;
    // Stopping half-way must not hang up: the answer says why.
    const content = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
    const stored = await api.documents.put(content, { mediaType, maxBytes });
    if (isProblematic(stored)) return stored;

    const identity = commandIdentity(call, params.id, {
      ...query,
      mediaType,
      sha256: stored.sha256,
    });
    const document = derivedId('document', identity.id);
    const data = { document, ...query, mediaType, ...stored };
    return perform(api, call, params.id, { type: 'attach-document', data }, identity);
  },
});

export const getDocument = route({
  method: 'get',
  path: '/api/v1/applications/{id}/documents/{document}',
  tag: 'documents',
  summary: 'A document’s content',
  params: applicationParams.extend({ document: z.uuid() }),
  headers: readHeaders,
  responses: { 200: { description: 'The content.', content: mediaTypes } },
  async handle(call, api) {
    const detail = await readable(api, call);
    if (isProblematic(detail)) return detail;
    const { document } = call.params;
    const attached = detail.facts.documents.find((one) => one.document === document);
    if (!attached) return { refusal: { type: 'document-not-found', document } };
    const { name } = attached;
    if (name === undefined) return { refusal: { type: 'document-erased', document } };
    const content = await contentOf(api, detail, attached.sha256);
    if (!content) return { refusal: { type: 'document-erased', document } };
    return {
      status: 200,
      headers: {
        'Content-Type': attached.mediaType,
        'Content-Length': String(attached.bytes),
        'Content-Disposition': `attachment; filename*=UTF-8''${encoded(name)}`,
        'Content-Security-Policy': "default-src 'none'; sandbox",
        ETag: `"${attached.sha256}"`,
      },
      content,
    };
  },
});

/** A document's content; undefined where an erasure took it and the name is from before sealing. */
async function contentOf(
  { documents, store }: Pick<Api, 'documents' | 'store'>,
  { applicant }: Pick<ApplicationDetail, 'applicant'>,
  sha256: string,
): Promise<Readable | undefined> {
  try {
    return await documents.open(sha256);
  } catch (error) {
    const erasures = await readStream(store, erasureStream(applicant.id), { limit: 1 });
    if (erasures.length > 0) return undefined;
    throw error;
  }
}

/** A file name as RFC 8187 writes it in a header. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(/['()*]/g, percentEncoded);
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16)}`;
}

type UploadCall = Call<
  { id: string },
  { requirement: string; name: string },
  z.output<typeof writeHeaders>
>;
type Declared = Pick<CommandOf<'attach-document'>, 'mediaType' | 'bytes'>;

/** What the sender says it is about to send; a size that is not said counts as the smallest. */
function declaredOf({ request }: UploadCall): Declared {
  const [mediaType = ''] = (request.get('content-type') ?? '').split(';', 1);
  const bytes = Math.max(1, Number(request.get('content-length') ?? 1));
  return { mediaType: mediaType.trim().toLowerCase(), bytes };
}

/**
 * What would be refused anyway is refused before its megabytes are read: decides as if the content
 * were what its sender says. The deciding itself comes after, in the command handler.
 */
async function expectation(
  api: Api,
  call: UploadCall,
  declared: Declared,
): Promise<Pick<RequiredDocument, 'maxBytes'> | Problematic> {
  const { actor } = call.who;
  const { requirement } = call.query;
  const standing = await standingOf(api.store, call.params.id);
  if (!standing) return { refusal: { type: 'application-not-found' } };
  const { application, revision, commands } = standing;
  const hidden = unreadable(actor, application);
  if (hidden) return { refusal: hidden };

  const service = await api.services.version(application.service.id, application.service.version);
  const { maxBytes } = service.definition.documents[requirement] ?? { maxBytes: 0 };
  // A retry of what was recorded is answered as it was, wherever the file has gone since.
  const { id } = commandIdentity(call, call.params.id, undefined);
  if (commands.has(id)) return { maxBytes };

  const seen = call.headers['If-Match'];
  if (seen !== undefined && seen !== revision) {
    return { refusal: { type: 'stale-revision', expected: seen, actual: revision } };
  }
  const office = api.offices.get(application.office);
  if (!office) return { refusal: { type: 'unknown-office', office: application.office } };
  const decision = decide(
    application,
    {
      type: 'attach-document',
      data: { document: id, ...call.query, ...declared, sha256: '0'.repeat(64) },
    },
    { service, calendars: office.calendars, actor, now: Temporal.Now.instant() },
  );
  return isRefused(decision) ? decision : { maxBytes };
}

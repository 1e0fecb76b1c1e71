import { Readable } from 'node:stream';
import { builtInRoles } from '@satu-atap/domain';
import {
  disclosureBy,
  exportFormats,
  exportLog,
  recordedSelection,
  unknownNames,
  caseSelection,
  type ExportFormat,
} from '@satu-atap/evidence';
import { isPlain, recordEvidenceAccess } from '@satu-atap/event-store';
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { officerScope } from '../access.ts';
import { route } from '../http/route.ts';
import { isProblematic } from '../problems/problem.ts';
import { filters, yesOrNo } from './common.ts';

const formats = Object.keys(exportFormats) as [ExportFormat, ...ExportFormat[]];
const date = z.iso.date();
const { applications, log } = caseSelection.shape;

export const exportEventLog = route({
  method: 'get',
  path: '/api/v1/exports/{format}',
  tag: 'evidence',
  summary: 'An event log for process mining: XES, OCEL 2.0 or CSV',
  description:
    'For auditors; that it was given is recorded before it is. It is streamed: when it cannot go on, ' +
    'the connection is broken off, and what has come is not whole. Holds no names of applicants and no ' +
    'personal fields.',
  params: z.strictObject({ format: z.enum(formats) }),
  query: z
    .strictObject({
      office: filters.office,
      service: filters.service,
      unit: filters.unit.meta({ description: 'The unit that offers the service.' }),
      submittedFrom: date.optional().meta({ description: 'First local date of submission.' }),
      submittedTo: date.optional().meta({ description: 'Last local date of submission.' }),
      ended: yesOrNo.optional(),
      applications: z
        .string()
        .transform((text) => text.split(','))
        .pipe(applications.unwrap())
        .optional()
        .meta({ description: 'Ids of applications, separated by commas.' }),
      log: log.meta({ description: 'The id of an import, or `none` for our own applications.' }),
      pseudonymise: yesOrNo.default(false).meta({
        description:
          'Replace ids of people and applications by pseudonyms of this export alone, and leave out ' +
          'what was written freely.',
      }),
      strictKeys: yesOrNo.default(false).meta({
        description: 'XES: encode keys of imported attributes that its schema does not allow.',
      }),
      forSpreadsheets: yesOrNo.default(false).meta({
        description: 'CSV: guard imported texts against being taken for formulas, too.',
      }),
    })
    .refine(
      ({ submittedFrom: from, submittedTo: to }) =>
        from === undefined || to === undefined || from <= to,
      { path: ['submittedTo'], error: 'must not be before `submittedFrom`' },
    ),
  responses: {
    200: {
      description: 'The log.',
      content: Object.values(exportFormats).map(({ mediaType }) => mediaType),
    },
  },
  async handle({ params: { format }, query, who, request }, api) {
    const asked = officerScope(who.actor, query, [builtInRoles.auditor]);
    if (isProblematic(asked)) return asked;
    const { pseudonymise, strictKeys, forSpreadsheets, ...filter } = asked;
    const selection = caseSelection.parse(filter);
    const unknown = await unknownNames(selection, api);
    if (unknown.length > 0) {
      const issues = unknown.map((one) => ({ in: 'query' as const, ...one }));
      return { refusal: { type: 'invalid-request', issues } };
    }
    const { mediaType, extension } = exportFormats[format];
    const headers = {
      'Content-Type': mediaType,
      'Content-Disposition': `attachment; filename="satu-atap.${extension}"`,
    };
    // Express answers HEAD by this handler, too, and would have everything read for nobody.
    if (request.method === 'HEAD') return { status: 200, headers };

    const chosen = { pseudonymise, strictKeys, forSpreadsheets };
    const ways = Object.entries(chosen).filter(([, is]) => is);
    await recordEvidenceAccess(
      api.store,
      {
        act: 'exported',
        format,
        selection: {
          ...recordedSelection(selection),
          ...Object.fromEntries(ways.map(([name]) => [name, 'true'])),
        },
      },
      { actor: who.actor, now: Temporal.Now.instant() },
    );
    const { services, offices } = api;
    const store = isPlain(api.store) ? api.store.raw : api.store;
    const disclosure = disclosureBy(pseudonymise ? randomBytes(32) : undefined);
    const order = { format, selection, disclosure, strictKeys, forSpreadsheets };
    const pieces = exportLog({ store, services, offices }, order);
    return { status: 200, headers, content: await begun(pieces) };
  },
});

/** Waits for the first piece: what fails before it is a problem like any other, and no broken answer. */
async function begun(pieces: AsyncGenerator<string | Uint8Array>): Promise<Readable> {
  const first = await pieces.next();
  return Readable.from(withFirst(first, pieces), { objectMode: false, highWaterMark: 256 * 1024 });
}

async function* withFirst(
  first: IteratorResult<string | Uint8Array>,
  rest: AsyncGenerator<string | Uint8Array>,
) {
  try {
    if (!first.done) yield first.value;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

import { z } from 'zod';

/**
 * What a bundle of evidence is: a ZIP file with these entries.
 *
 *     manifest.json              what is in it, with the SHA-256 of each other file
 *     README.txt                 what it is and how to check it, in Indonesian and English
 *     checkpoint.txt             the signed checkpoint that everything is proven against
 *     keys.ndjson                the events that introduced the log's signing keys
 *     streams/<stream>.ndjson    events, a line each: the bytes that the Merkle tree's leaves hash
 *     proofs/<stream>.ndjson     for the same lines: place in the tree and inclusion path
 *     offices/<office>.json      the offices' definitions: time zone, calendars by unit
 *     documents/<sha256>         contents that were handed in
 *     history/<application>.<language>.<html|pdf>
 */
export const bundlePlaces = {
  manifest: 'manifest.json',
  readme: 'README.txt',
  checkpoint: 'checkpoint.txt',
  keys: 'keys.ndjson',
  events: (stream: string) => `streams/${stream}.ndjson`,
  proofs: (stream: string) => `proofs/${stream}.ndjson`,
  office: (id: string) => `offices/${id}.json`,
  document: (sha256: string) => `documents/${sha256}`,
  history: (application: string, language: string, form: 'html' | 'pdf') =>
    `history/${application}.${language}.${form}`,
} as const;

/** The keys' events are a part of a stream; their proofs lie as if it were one of this name. */
export const keysProofs = bundlePlaces.proofs('keys');

/** Names of entries: folders and files of plain letters, none that leads elsewhere. */
export const entryName = z
  .string()
  .max(700)
  .regex(/^[A-Za-z0-9_-][A-Za-z0-9._@-]*(\/[A-Za-z0-9_-][A-Za-z0-9._@-]*)*$/);

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const bundleManifest = z.strictObject({
  format: z.literal('satu-atap-evidence'),
  version: z.literal(1),
  /** ISO 8601. */
  createdAt: z.iso.datetime(),
  createdBy: z.string().max(200),
  /** The log that the checkpoint is of. */
  origin: z.string().max(300),
  /** How many events the checkpoint covers. */
  treeSize: z.int().min(0),
  /** Each application, and how many events of it are here: all that the checkpoint covers. */
  applications: z.array(z.strictObject({ id: z.uuid(), events: z.int().min(1) })),
  /** Documents that events tell of and that are not enclosed. */
  missingDocuments: z.array(sha256),
  files: z.record(entryName, z.strictObject({ bytes: z.int().min(0), sha256 })),
});
export type BundleManifest = z.infer<typeof bundleManifest>;

/** A line of `proofs/…`: RFC 6962, 2.1.1, for the tree of the checkpoint. */
export const inclusionLine = z.strictObject({
  revision: z.int().min(0),
  /** The leaf's place in the tree, from 0. */
  index: z.int().min(0),
  /** Base64 of 32 bytes each, from the leaf's sibling up. */
  path: z.array(z.string().length(44)).max(64),
});
export type InclusionLine = z.infer<typeof inclusionLine>;

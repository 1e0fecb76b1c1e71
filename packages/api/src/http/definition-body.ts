import { parseWrittenDefinition, type ServiceDefinition } from '@satu-atap/domain';
import type { Request } from 'express';
import { largestText, readDefinition, type PlacedProblem } from '../definition-text/index.ts';
import type { DefinitionProblem, Problematic } from '../problems/problem.ts';

/** As a service definition is sent: as it is written in a file, or the same as JSON. */
export const definitionTypes = ['application/yaml', 'application/json'];

/** A sound definition, with what is doubtful about it. */
export type SentDefinition = { definition: ServiceDefinition; warnings: DefinitionProblem[] };

/**
 * Reads the service definition that is a request's body. Reading costs time: ask first whether its
 * sender may do anything with it.
 */
export async function sentDefinition(request: Request): Promise<SentDefinition | Problematic> {
  // A compressed text could be far larger than it looks.
  const isPlain = (request.get('content-encoding') ?? 'identity') === 'identity';
  if (!isPlain || !request.is(definitionTypes)) {
    return { refusal: { type: 'unsupported-media-type', accepted: definitionTypes } };
  }
  const written = await upTo(largestText, request);
  if (!written) return { refusal: { type: 'body-too-large', maxBytes: largestText } };
  const { definition, problems } = readDefinition(written, parseWrittenDefinition);
  const found = problems.map(problemOf);
  return definition
    ? { definition, warnings: found }
    : { refusal: { type: 'invalid-definition', problems: found } };
}

/** The body, or undefined when it is larger. */
async function upTo(maxBytes: number, request: Request): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Stopping half-way must not hang up: the answer says why.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function problemOf({ path, message, severity, line, column }: PlacedProblem): DefinitionProblem {
  return { path: [...path], message, severity, line, column };
}

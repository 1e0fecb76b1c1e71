import {
  fromBase64,
  leafHash,
  leafText,
  verifyInclusion,
  type LoggedEvent,
} from '@satu-atap/domain';
import { problems, type BundleFinding } from './bundle-finding.ts';
import { bundlePlaces, inclusionLine, keysProofs, type InclusionLine } from './bundle-format.ts';
import { BundleUnreadableError, type ZipReader } from './zip-reader.ts';

/** An event of a bundle, proven to be in the log at this place. */
export type ProvenEvent = LoggedEvent & { index: number; line: number };

/** What proofs are held against. */
export type Tree = { size: number; root: Uint8Array };

type Found = { events: ProvenEvent[]; findings: BundleFinding[] };

/** The events of a stream, from its first on: each is proven, none is missing between. */
export async function provenStream(zip: ZipReader, stream: string, tree: Tree): Promise<Found> {
  const file = bundlePlaces.events(stream);
  const { events, findings } = await provenLines(zip, file, bundlePlaces.proofs(stream), tree);
  for (const [place, event] of events.entries()) {
    const { line } = event;
    if (event.stream !== stream)
      findings.push({ file, line, problem: problems.otherStream(stream) });
    else if (event.revision !== place) {
      findings.push({ file, line, problem: problems.revisionGap(place) });
      break;
    }
  }
  return { events, findings };
}

/** The events that introduced the log's keys, each proven. */
export async function provenKeys(zip: ZipReader, tree: Tree): Promise<Found> {
  return provenLines(zip, bundlePlaces.keys, keysProofs, tree);
}

async function provenLines(
  zip: ZipReader,
  file: string,
  proofsFile: string,
  tree: Tree,
): Promise<Found> {
  const findings: BundleFinding[] = [];
  const events: ProvenEvent[] = [];
  const [lines, proofs] = [await linesOf(zip, file), await linesOf(zip, proofsFile)];
  for (const [name, found] of [
    [file, lines],
    [proofsFile, proofs],
  ] as const) {
    if (typeof found === 'string') {
      findings.push({ file: name, problem: problems.unreadable(found) });
    }
  }
  if (typeof lines === 'string' || typeof proofs === 'string') return { events, findings };
  let last = -1;
  for (const [place, text] of lines.entries()) {
    const line = place + 1;
    const event = eventOf(text);
    if (!event) {
      findings.push({ file, line, problem: problems.notCanonical() });
      continue;
    }
    const proof = proofOf(proofs[place]);
    if (!proof) {
      findings.push({ file: proofsFile, line, problem: problems.noProof() });
    } else if (proof.revision !== event.revision || !isProven(text, proof, tree)) {
      findings.push({ file, line, problem: problems.notProven() });
    } else if (proof.index <= last) {
      findings.push({ file, line, problem: problems.outOfOrder() });
    }
    last = Math.max(last, proof?.index ?? last);
    events.push({ ...event, index: proof?.index ?? last, line });
  }
  if (proofs.length > lines.length) {
    findings.push({ file: proofsFile, line: lines.length + 1, problem: problems.moreProofs() });
  }
  return { events, findings };
}

function isProven(text: string, { index, path }: InclusionLine, { size, root }: Tree): boolean {
  const hashes = path.map(fromBase64).filter((hash) => hash !== undefined);
  if (hashes.length !== path.length) return false;
  return verifyInclusion({ index, size, leafHash: leafHash(text), hashes, root });
}

/** An event whose line is the one that would be hashed: no second key of a name hides in it. */
function eventOf(text: string): LoggedEvent | undefined {
  const event = jsonOf(text) as LoggedEvent | null | undefined;
  if (typeof event !== 'object' || event === null) return undefined;
  const { id, stream, type, recordedAt, revision } = event;
  const isSound =
    [id, stream, type, recordedAt].every((part) => typeof part === 'string') &&
    Number.isSafeInteger(revision) &&
    leafText(event) === text;
  return isSound ? event : undefined;
}

function proofOf(text: string | undefined): InclusionLine | undefined {
  return inclusionLine.safeParse(text === undefined ? undefined : jsonOf(text)).data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Lines, each ended by a line feed; or why there are none. */
async function linesOf(zip: ZipReader, file: string): Promise<string[] | string> {
  try {
    const text = await zip.text(file);
    if (text === '') return [];
    return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
  } catch (error) {
    if (error instanceof BundleUnreadableError) return error.message;
    throw error;
  }
}

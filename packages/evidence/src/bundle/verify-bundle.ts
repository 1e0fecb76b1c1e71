import { openNote, parseCheckpoint, readIntegrityEvent } from '@satu-atap/domain';
import {
  applicationPrefix,
  applicationStream,
  calendarPrefix,
  KeyChain,
  servicePrefix,
  verifyEd25519,
  type ChainedKey,
} from '@satu-atap/event-store';
import { problems, type BundleFinding } from './bundle-finding.ts';
import { bundleManifest, bundlePlaces, type BundleManifest } from './bundle-format.ts';
import type { BundleReport, Checking } from './bundle-report.ts';
import { EnclosedRules } from './enclosed-rules.ts';
import { verifyApplication } from './verify-application.ts';
import { provenKeys, provenStream, type Tree } from './verify-streams.ts';
import { BundleUnreadableError, ZipReader } from './zip-reader.ts';

/**
 * Checks a bundle of evidence by itself: without the engine, its stores, or trust in whoever made it.
 *
 * @param vkeys public keys of the log that the reader trusts, each `<name>+<key id>+<base64>`
 * @param refusalInWords what the rules say to a step that they do not allow
 * @throws BundleUnreadableError for a file that is no bundle
 */
export async function verifyBundle(
  file: string,
  vkeys: readonly string[],
  refusalInWords: Checking['refusalInWords'],
): Promise<BundleReport> {
  const zip = await ZipReader.open(file);
  try {
    const manifest = manifestOf(await zip.text(bundlePlaces.manifest));
    const report: BundleReport = {
      sound: false,
      findings: [],
      manifest,
      checked: { files: 0, events: 0, documents: 0 },
      unchecked: 0,
    };
    const checking = { zip, manifest, report, refusalInWords };
    const isWhole = await verifyFiles(checking);
    // A damaged file would be found fault with over and over.
    if (isWhole) await verifyContents(checking, vkeys).catch(unreadable(report));
    report.sound = report.findings.length === 0;
    return report;
  } finally {
    zip.close();
  }
}

function manifestOf(text: string): BundleManifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new BundleUnreadableError('manifest.json is no JSON');
  }
  const parsed = bundleManifest.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new BundleUnreadableError(
    `manifest.json: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
  );
}

/** Every file is the one that the manifest lists, and there is no other. @returns whether it is so */
async function verifyFiles({ zip, manifest, report }: Checking): Promise<boolean> {
  const { findings, checked } = report;
  const listed = new Map(Object.entries(manifest.files));
  for (const file of zip.names) {
    if (file !== bundlePlaces.manifest && !listed.has(file)) {
      findings.push({ file, problem: problems.notListed() });
    }
  }
  for (const [file, expected] of listed) {
    if (!zip.has(file)) {
      findings.push({ file, problem: problems.notThere() });
      continue;
    }
    try {
      const found = await zip.measured(file);
      checked.files += 1;
      if (found.sha256 !== expected.sha256 || found.bytes !== expected.bytes) {
        findings.push({ file, problem: problems.altered() });
      }
    } catch (error) {
      if (!(error instanceof BundleUnreadableError)) throw error;
      findings.push({ file, problem: problems.unreadable(error.message) });
    }
  }
  return findings.length === 0;
}

/** Without the checkpoint or the keys there is nothing to hold the rest against. */
function unreadable({ findings }: BundleReport): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof BundleUnreadableError)) throw error;
    findings.push({ file: bundlePlaces.checkpoint, problem: problems.unreadable(error.message) });
  };
}

async function verifyContents(checking: Checking, vkeys: readonly string[]): Promise<void> {
  const { zip, manifest, report } = checking;
  const tree = await verifyCheckpoint(checking, vkeys);
  if (!tree) return;
  const rules = new EnclosedRules();
  for (const file of zip.names) {
    const stream = /^streams\/(.+)\.ndjson$/.exec(file)?.[1];
    if (stream !== undefined && isUnsaid(manifest, stream)) {
      report.findings.push({ file, problem: problems.notListed() });
    }
    const isService = stream?.startsWith(servicePrefix) ?? false;
    if (stream !== undefined && (isService || stream.startsWith(calendarPrefix))) {
      const { events, findings } = await provenStream(zip, stream, tree);
      report.checked.events += events.length;
      report.findings.push(...findings);
      if (isService) rules.addService(stream, events);
      else rules.addCalendar(stream, events);
    }
    if (file.startsWith('offices/')) await rules.addOffice(zip, file);
  }
  report.findings.push(...rules.findings);
  const offices = rules.offices();
  for (const application of manifest.applications) {
    const stream = applicationStream(application.id);
    const { events, findings } = await provenStream(zip, stream, tree);
    report.checked.events += events.length;
    report.findings.push(...findings);
    verifyApplication(checking, { ...application, events, rules, offices, stream });
  }
}

/** Whether it is the stream of an application of which the manifest does not speak. */
function isUnsaid({ applications }: BundleManifest, stream: string): boolean {
  const id = stream.startsWith(applicationPrefix) ? stream.slice(applicationPrefix.length) : '';
  return id !== '' && !applications.some((one) => one.id === id);
}

/** The tree that proofs are held against, if somebody who is trusted has signed it. */
async function verifyCheckpoint(
  { zip, manifest, report }: Checking,
  vkeys: readonly string[],
): Promise<Tree | undefined> {
  const file = bundlePlaces.checkpoint;
  const note = await zip.text(file);
  const chain = await chainOf(zip, report, vkeys);
  const trusted = chain.keys.filter((key) => key.trusted);
  const opened = openNote(note, trusted, verifyEd25519);
  const checkpoint = opened && parseCheckpoint(opened.text);
  if (!checkpoint) {
    const problem = opened ? problems.noCheckpoint() : problems.notSigned();
    report.findings.push({ file, problem });
    return undefined;
  }
  const { origin, size } = checkpoint;
  if (origin !== manifest.origin || size !== manifest.treeSize) {
    const problem = problems.otherTree(manifest.origin, manifest.treeSize);
    report.findings.push({ file, problem });
    return undefined;
  }
  const [signer] = opened.signedBy;
  report.signedBy = trusted.find(({ keyId }) => keyId === signer?.keyId)?.vkey ?? '';
  const { events, findings } = await provenKeys(zip, checkpoint);
  report.checked.events += events.length;
  report.findings.push(...findings);
  return checkpoint;
}

/** The log's keys as the bundle tells them, those marked that the reader has reason to trust. */
async function chainOf(
  zip: ZipReader,
  report: BundleReport,
  vkeys: readonly string[],
): Promise<{ keys: readonly ChainedKey[] }> {
  const chain = new KeyChain(verifyEd25519, vkeys);
  const file = bundlePlaces.keys;
  const lines = (await zip.text(file)).split('\n').filter((line) => line !== '');
  for (const [place, line] of lines.entries()) {
    const problem = introduce(chain, line);
    if (problem) report.findings.push({ file, line: place + 1, problem });
  }
  return chain;
}

function introduce(chain: KeyChain, line: string): BundleFinding['problem'] | undefined {
  try {
    const stored = JSON.parse(line) as Parameters<typeof readIntegrityEvent>[0];
    const { event } = readIntegrityEvent(stored);
    if (event.type !== 'SigningKeyIntroduced') return problems.keyNotIntroduced();
    return chain.introduce(event.data) === undefined ? undefined : problems.keyNotIntroduced();
  } catch {
    return problems.notCanonical();
  }
}

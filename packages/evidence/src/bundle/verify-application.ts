import {
  checkConformance,
  findingInWords,
  readApplicationEvent,
  type ApplicationEvent,
  type Offices,
  type StoredStep,
} from '@satu-atap/domain';
import { problems } from './bundle-finding.ts';
import { bundlePlaces } from './bundle-format.ts';
import type { Checking } from './bundle-report.ts';
import type { EnclosedRules } from './enclosed-rules.ts';
import type { ProvenEvent } from './verify-streams.ts';

/** An application of a bundle: what the manifest says of it, and its proven events. */
export type EnclosedApplication = {
  stream: string;
  events: readonly ProvenEvent[];
  /** What its definition and calendars are looked up in. */
  rules: EnclosedRules;
  offices: Offices;
};

/**
 * Whether an application's events are as many as the bundle says, its definitions, calendars and
 * documents are enclosed, and every step was allowed by the rules in force.
 */
export async function verifyApplication(
  checking: Checking,
  { id, stream, events, rules, offices }: EnclosedApplication & { id: string },
): Promise<void> {
  const { manifest, report } = checking;
  const file = bundlePlaces.events(stream);
  const said = manifest.applications.find((one) => one.id === id)?.events ?? 0;
  if (said !== events.length) {
    report.findings.push({ file, problem: problems.notTheCount(said) });
  }
  const steps: StoredStep[] = [];
  for (const stored of events) {
    const { revision, type, line } = stored;
    try {
      const { event, metadata } = readApplicationEvent(stored);
      steps.push({ revision, type, event, metadata });
      verifyPin(checking, { file, line, event, index: stored.index, rules });
      await verifyDocument(checking, { file, line, event });
      if (event.type === 'ApplicationSubmitted' && !offices.has(event.data.office)) {
        const problem = problems.officeNotThere(event.data.office);
        report.findings.push({ file, line, problem });
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      steps.push({ revision, type, unreadable: reason });
    }
  }
  const { findings, unchecked } = checkConformance(steps, {
    service: (service, version) => rules.version(service, version)?.service,
    calendars: (office) => offices.get(office)?.calendars,
  });
  for (const finding of findings) {
    const problem = problems.notAllowed(
      finding.revision,
      findingInWords(finding, checking.refusalInWords),
    );
    report.findings.push({ file, problem });
  }
  report.unchecked += unchecked.length;
}

type Line = { file: string; line: number; event: ApplicationEvent };

/** The definition that an event pins is enclosed, is the very one, and was published before. */
function verifyPin(
  { report }: Checking,
  { file, line, event, index, rules }: Line & { index: number; rules: EnclosedRules },
): void {
  const pin = pinOf(event);
  if (!pin) return;
  const { id, version, digest } = pin;
  const enclosed = rules.version(id, version);
  if (!enclosed) {
    report.findings.push({ file, line, problem: problems.versionNotThere(id, version) });
  } else if (enclosed.service.digest !== digest || enclosed.index >= index) {
    report.findings.push({ file, line, problem: problems.otherDefinition(id, version) });
  }
}

/** A migration names versions only; its service is the one that the application began under. */
function pinOf(event: ApplicationEvent) {
  return event.type === 'ApplicationSubmitted' ? event.data.service : undefined;
}

async function verifyDocument(
  { zip, manifest, report }: Checking,
  { file, line, event }: Line,
): Promise<void> {
  if (event.type !== 'DocumentAttached') return;
  const { sha256, bytes } = event.data;
  const place = bundlePlaces.document(sha256);
  if (!zip.has(place)) {
    if (manifest.missingDocuments.includes(sha256)) return;
    report.findings.push({ file, line, problem: problems.documentNotThere(sha256) });
    return;
  }
  const found = await zip.measured(place);
  report.checked.documents += 1;
  if (found.sha256 !== sha256 || found.bytes !== bytes) {
    report.findings.push({ file: place, problem: problems.documentAltered() });
  }
}

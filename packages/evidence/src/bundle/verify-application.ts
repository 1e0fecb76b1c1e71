import {
  checkConformance,
  findingInWords,
  type ApplicationEvent,
  type Offices,
} from '@satu-atap/domain';
import { asStep } from '@satu-atap/event-store';
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
  rules: Pick<EnclosedRules, 'version'>;
  offices: Offices;
};

/**
 * Whether an application's events are as many as the bundle says, its definitions, calendars and
 * documents are enclosed, and every step was allowed by the rules in force.
 *
 * @param checking a bundle whose files have been found to be those that its manifest lists
 */
export function verifyApplication(
  checking: Checking,
  { id, stream, events, rules, offices }: EnclosedApplication & { id: string },
): void {
  const { manifest, report } = checking;
  const file = bundlePlaces.events(stream);
  const said = manifest.applications.find((one) => one.id === id)?.events ?? 0;
  if (said !== events.length) {
    report.findings.push({ file, problem: problems.notTheCount(said) });
  }
  const steps = events.map(asStep);
  for (const [place, { index, line }] of events.entries()) {
    const step = steps[place];
    if (!step || !('event' in step)) continue;
    const { event } = step;
    verifyPin(checking, { file, line, event, index, rules });
    verifyDocument(checking, { file, line, event });
    if (event.type === 'ApplicationSubmitted' && !offices.has(event.data.office)) {
      const problem = problems.officeNotThere(event.data.office);
      report.findings.push({ file, line, problem });
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
  {
    file,
    line,
    event,
    index,
    rules,
  }: Line & { index: number; rules: EnclosedApplication['rules'] },
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

function verifyDocument({ manifest, report }: Checking, { file, line, event }: Line): void {
  if (event.type !== 'DocumentAttached') return;
  const { sha256, bytes } = event.data;
  const place = bundlePlaces.document(sha256);
  const found = manifest.files[place];
  if (!found) {
    if (manifest.missingDocuments.includes(sha256)) return;
    report.findings.push({ file, line, problem: problems.documentNotThere(sha256) });
    return;
  }
  report.checked.documents += 1;
  if (found.sha256 !== sha256 || found.bytes !== bytes) {
    report.findings.push({ file: place, problem: problems.documentAltered() });
  }
}

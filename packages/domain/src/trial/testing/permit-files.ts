/** Files of the sample permit, step by step, and a draft tried on them. */
import type { Actor } from '../../actor.ts';
import { evolve, type Application } from '../../application/application.ts';
import type { ApplicationCommand } from '../../application/commands.ts';
import { decide } from '../../application/decide.ts';
import { isRefused } from '../../application/refusal.ts';
import { compileService, type CompiledService } from '../../service/compile.ts';
import { definitionDigest, serviceDefinition } from '../../service/definition.ts';
import { patched } from '../../testing/patched.ts';
import type { RecordedHistory } from '../../testing/recorded-history.ts';
import { office, people, sampleOffices } from '../../testing/sample-people.ts';
import { tryDraft } from '../try-draft.ts';

const mall = sampleOffices.get(office);
if (!mall) throw new Error('there is no sample office');
const { calendars } = mall;

/** The sample permit with a change, as a version. */
export function version(number: number, change: object): CompiledService {
  const definition = serviceDefinition.parse(patched(change));
  return compileService(definition, { version: number, digest: definitionDigest(definition) });
}

export const published = version(1, {});
const { applicant, frontDesk } = people;
export const plan = {
  document: '00000000-0000-4000-8000-000000000001',
  requirement: 'site-plan',
  name: 'plan.pdf',
  mediaType: 'application/pdf',
  bytes: 2_000,
  sha256: 'a'.repeat(64),
};
export const submission: ApplicationCommand = {
  type: 'submit',
  data: {
    service: published.id,
    office,
    applicant: { id: applicant.id, name: 'Pemohon' },
    channel: 'online',
    data: { address: 'Jalan Melati 1', floorArea: 120 },
  },
};
export const take = (action: string, more: object = {}): ApplicationCommand => ({
  type: 'take-step',
  data: { action, ...more },
});

export type Does = [at: string, who: Actor, command: ApplicationCommand];

/** Monday to Wednesday: submitted, sent, verified, accepted. */
export const accepted: Does[] = [
  ['2026-03-02T02:00:00Z', applicant, submission],
  ['2026-03-02T02:10:00Z', applicant, { type: 'attach-document', data: plan }],
  ['2026-03-02T02:20:00Z', applicant, take('send')],
  [
    '2026-03-04T02:00:00Z',
    frontDesk,
    { type: 'verify-document', data: { document: plan.document } },
  ],
  ['2026-03-04T02:10:00Z', frontDesk, take('accept')],
];
export const returned: Does[] = [
  ...accepted.slice(0, 3),
  ['2026-03-03T02:00:00Z', frontDesk, take('return-to-applicant', { comment: 'Denah kurang.' })],
  ['2026-03-09T02:00:00Z', applicant, take('resend')],
];

/** Records what people do under a version; after a migration, under the version it leads to. */
export function given(
  does: readonly Does[],
  target?: CompiledService,
  pinned = published,
): RecordedHistory {
  let application: Application | undefined;
  let service = pinned;
  const history: RecordedHistory = [];
  for (const [occurredAt, actor, command] of does) {
    const now = Temporal.Instant.from(occurredAt);
    const decision = decide(application, command, { service, target, calendars, actor, now });
    if (isRefused(decision)) throw new Error(JSON.stringify(decision.refusal));
    const id = `00000000-0000-4000-8000-${String(history.length).padStart(12, '0')}`;
    const metadata = { actor, occurredAt, office, command: id };
    for (const event of decision.events) {
      application = evolve(application, event, metadata);
      history.push({ event, metadata, revision: history.length });
      if (event.type === 'ApplicationMigrated' && target) service = target;
    }
  }
  return history;
}

export const on = (history: RecordedHistory, pinned = published, now = '2026-03-10T02:00:00Z') => ({
  trying: (change: object) =>
    tryDraft(history, {
      draft: version(pinned.version + 1, change),
      pinned,
      calendars,
      now: Temporal.Instant.from(now),
    }),
});
export const inState = (name: string, change: object) => ({
  workflow: { states: { [name]: change } },
});

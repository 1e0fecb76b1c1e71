import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  decide,
  evolve,
  type Actor,
  type Application,
  type ApplicationCommand,
  type CompiledService,
} from '@satu-atap/domain';
import { nextCommand, seededRandom, staffOf } from '@satu-atap/domain/simulation';
import { office, sampleOffices } from '@satu-atap/domain/testing';
import { EmbeddedEventStore, ServiceCatalogue } from '@satu-atap/event-store';
import { importDigitFiles } from './import.ts';
import { publishFiles } from './publish.ts';

/** Real definitions; not part of the project. */
const shared =
  process.env['SATU_ATAP_SHARED'] ?? join(import.meta.dirname, '../../../../../shared');
const workflows = join(shared, 'data/workflows');
const there = existsSync(workflows);

test.skipIf(there)(
  `real DIGIT workflows are not here: set SATU_ATAP_SHARED to try them (looked in ${workflows})`,
  () => {},
);

describe.skipIf(!there)('real DIGIT workflows, 22 of the platform’s own and two of a state', () => {
  let folder = '';
  let imported: { complete: boolean; lines: string[] };
  let published: { complete: boolean; lines: string[] };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'satu-atap-import-real-'));
    const names = await readdir(workflows, { recursive: true });
    const files = names.filter((name) => name.endsWith('.json')).toSorted();
    imported = await printed((print) =>
      importDigitFiles(
        files.map((name) => join(workflows, name)),
        { out: join(folder, 'imported') },
        print,
      ),
    );
    published = await printed((print) =>
      publishFiles(
        [join(folder, 'imported')],
        { data: folder, eventStore: { file: join(folder, 'events.sqlite') } },
        print,
      ),
    );
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('are imported whole in one go, those of one name under names of their own', () => {
    expect(imported.complete).toBe(true);
    expect(imported.lines.filter((line) => line.includes(': written to '))).toHaveLength(24);
  });

  test('pass the check, which warns of nothing that the import did not tell, and are published', () => {
    expect(published.complete).toBe(true);
    const summary = published.lines.findIndex((line) => line.startsWith('24 definitions, no '));
    const warnings = published.lines.slice(0, summary).map((line) => line.split('warning: ')[1]);
    const told = imported.lines.filter((line) => line.includes('The check says: '));
    expect(warnings).not.toContain(undefined);
    expect(told).toHaveLength(warnings.length);
    expect(published.lines.filter((line) => line.endsWith('  new'))).toHaveLength(24);
  });

  test('can each be worked to an end', async () => {
    const store = new EmbeddedEventStore({ file: join(folder, 'events.sqlite') });
    try {
      const catalogue = new ServiceCatalogue(store);
      for (const line of published.lines.filter((one) => one.endsWith('  new'))) {
        const service = await catalogue.newest(line.split(' ')[0] ?? '');
        if (!service) throw new Error(`not published: ${line}`);
        for (let seed = 0; seed < 3; seed++) {
          expect(service.definition.workflow.states[outcomeOf(service, seed)]?.type).toBe('final');
        }
      }
    } finally {
      await store.close();
    }
  });
});

async function printed(run: (print: (line: string) => void) => Promise<boolean>) {
  const lines: string[] = [];
  return { complete: await run((line) => void lines.push(line)), lines };
}

/** How an application ends that is driven through the service at random. */
function outcomeOf(service: CompiledService, seed: number): string {
  const { submittedBy, unit } = service.definition;
  const calendars = sampleOffices.get(office)?.calendars;
  if (!calendars) throw new Error('the sample office has no calendar');
  const random = seededRandom(seed);
  const applicant = { id: 'applicant', name: 'Pemohon' };
  const person: Actor = { id: applicant.id, roles: ['applicant'] };
  const counter: Actor = { id: 'counter', roles: submittedBy, unit, office };
  const actors = [person, ...staffOf(service, office)];
  let actor = submittedBy.includes('applicant') ? person : counter;
  let command: ApplicationCommand = {
    type: 'submit',
    data: {
      service: service.id,
      office,
      applicant,
      channel: actor === person ? 'online' : 'counter',
      data: {},
    },
  };
  let application: Application | undefined;
  let now = Temporal.Instant.from('2026-01-05T01:00:00Z');
  for (let steps = 0; steps < 5000; steps++) {
    const decision = decide(application, command, { service, calendars, actor, now });
    if ('refusal' in decision) throw new Error(JSON.stringify(decision.refusal));
    const metadata = { actor, occurredAt: now.toString(), office, command: `${steps}` };
    for (const event of decision.events) application = evolve(application, event, metadata);
    if (application?.ended) return application.ended.outcome;
    const next =
      application &&
      nextCommand({ service, application, actors, random, documentId: () => randomUUID() });
    if (!next)
      throw new Error(`nobody can act on ${JSON.stringify(application?.state)} of ${service.id}`);
    ({ actor, command } = next);
    now = now.add({ minutes: 7 });
  }
  throw new Error(`${service.id} does not end with seed ${seed}`);
}

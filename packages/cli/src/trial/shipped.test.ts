import { join } from 'node:path';
import {
  compileService,
  definitionDigest,
  serviceDefinition,
  tryDraft,
  type CompiledService,
  type ServiceDefinition,
} from '@satu-atap/domain';
import { recordedHistory, sampleOffices } from '@satu-atap/domain/testing';
import { expect, test } from 'vitest';
import { readService, readServices } from '../definition-file.ts';
import { root } from '../end-to-end/processes.ts';

const office = 'mpp-jakarta';
const now = Temporal.Instant.from('2026-12-01T00:00:00Z');

/** Kinds of differences and their places, in so many histories of a definition under another. */
function foundIn(pinned: CompiledService, draft: CompiledService, histories: number): string[] {
  const calendars = sampleOffices.get(office)?.calendars;
  if (!calendars) throw new Error('there is no sample office');
  const seen = new Set<string>();
  for (let seed = 0; seed < histories; seed += 1) {
    const history = recordedHistory(pinned, { calendars, office }, seed);
    const { differences } = tryDraft(history, { draft, pinned, calendars, now });
    for (const { type, place } of differences) seen.add(`${type} ${place}`);
  }
  return [...seen].toSorted();
}

const compiled = (definition: ServiceDefinition, version: number) =>
  compileService(definition, { version, digest: definitionDigest(definition) });

test('every shipped definition would have done the same with its own histories', async () => {
  const { found } = await readServices(join(root, 'services'));
  expect(found.length).toBeGreaterThan(10);
  const blamed = found.flatMap(({ definition }) => {
    const differences = foundIn(compiled(definition, 1), compiled(definition, 2), 4);
    return differences.map((one) => `${definition.id}: ${one}`);
  });
  expect(blamed).toEqual([]);
}, 60_000);

test('of a changed building approval, exactly the changes are found', async () => {
  const { found } = await readService(join(root, 'services/dpmptsp/pbg.yaml'));
  const definition = found[0]?.definition;
  if (!definition) throw new Error('there is no pbg.yaml');
  const { workflow } = definition;
  const check = workflow.states['completeness-check'];
  const accept = check?.on?.['accept'];
  if (!accept) throw new Error('the completeness check accepts nothing');
  const tabled: ServiceDefinition = {
    ...definition,
    fee: {
      kind: 'table',
      rows: [{ title: { id: 'Semua', en: 'All' }, amount: 500_000 }],
      receivedBy: ['cashier'],
    },
  };
  const dearer = structuredClone(tabled);
  if (dearer.fee.kind === 'table' && dearer.fee.rows[0]) dearer.fee.rows[0].amount = 750_000;
  const slower = { ...definition, standard: { ...definition.standard, warnAt: 0.5 } };
  slower.standard.time = { amount: 2, unit: 'working-days' };
  const stricter = serviceDefinition.parse({
    ...definition,
    workflow: {
      ...workflow,
      states: {
        ...workflow.states,
        'completeness-check': {
          ...check,
          on: {
            ...check.on,
            accept: {
              ...accept,
              guard: { name: 'condition', expression: 'data.floorArea < 50' },
            },
          },
        },
      },
    },
  });
  const changed = (before: ServiceDefinition, after: ServiceDefinition) =>
    foundIn(compiled(before, 1), compiled(after, 2), 60);
  expect(changed(tabled, dearer)).toEqual(['fee fee']);
  expect(changed(definition, slower)).toEqual(['promise standard', 'warning standard']);
  expect(changed(definition, stricter)).toEqual(['refused completeness-check/accept']);
}, 60_000);

import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { definitionJsonSchema, definitionKinds, type DefinitionKind } from '@satu-atap/domain';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { readYaml } from '@satu-atap/api/definition-text';
import { yamlFiles } from '../definition-file.ts';
import { schemaText } from './schema.ts';

const root = join(import.meta.dirname, '../../../..');
const folders = {
  service: 'services',
  office: 'offices',
  calendar: 'calendars',
  recipient: 'notifications',
} as const;

/** As an editor compiles them, once. Formats repeat what patterns say; `date` is one. */
const ajv = new Ajv2020({ allErrors: true, validateFormats: false });
const validators = new Map(
  definitionKinds.map((kind) => [kind, ajv.compile(definitionJsonSchema(kind))]),
);

/** What an editor would say of a document. */
function faultsOf(kind: DefinitionKind, document: unknown): string[] {
  const validate = validators.get(kind);
  if (!validate) throw new Error(`no schema of a ${kind}`);
  validate(document);
  return (validate.errors ?? [])
    .filter(({ keyword }) => keyword !== 'if')
    .map(({ instancePath, message = '' }) => `${instancePath} ${message}`);
}

async function documentOf(file: string): Promise<unknown> {
  const { value, problems } = readYaml(await readFile(file, 'utf8'));
  expect(problems).toEqual([]);
  return value;
}

test('services/service.schema.json is what `satu-atap schema service` prints', async () => {
  const kept: unknown = JSON.parse(
    await readFile(join(root, 'services/service.schema.json'), 'utf8'),
  );
  expect(kept).toEqual(JSON.parse(schemaText('service')));
});

describe.each(definitionKinds)('of a %s', (kind) => {
  test('finds nothing wrong with the definitions that are shipped', async () => {
    const files = await yamlFiles(join(root, folders[kind]));
    expect(files).not.toEqual([]);
    for (const file of files) {
      expect(faultsOf(kind, await documentOf(file)), relative(root, file)).toEqual([]);
    }
  });
});

test('says what an editor should underline, at its place', async () => {
  const document = (await documentOf(join(root, 'services/disnaker/ak-1.yaml'))) as {
    kind: string;
    workflow: { states: Record<string, object> };
  };
  const wrong = structuredClone(document);
  wrong.kind = 'licence';
  wrong.workflow.states['preparing'] = { clok: 'stopped' };
  expect(faultsOf('service', wrong)).toEqual([
    '/kind must be equal to one of the allowed values',
    '/workflow/states/preparing must NOT have additional properties',
  ]);
});

test('knows what may be adjusted of a template', async () => {
  const document = (await documentOf(join(root, 'services/satpas/sim-baru.yaml'))) as {
    workflow: object;
  };
  const adjusted = (workflow: object) =>
    faultsOf('service', { ...document, workflow: { ...document.workflow, ...workflow } });
  expect(adjusted({ states: { returned: null, decision: { on: { reject: null } } } })).toEqual([]);
  const wrong = adjusted({ stages: ['tests'], states: { decision: { clok: 'paused' } } });
  expect(wrong).toContain('/workflow/stages/0 must be equal to one of the allowed values');
  expect(wrong).toContain('/workflow/states/decision must NOT have additional properties');
});

test('knows the templates and what each of them may be told', async () => {
  const document = (await documentOf(join(root, 'services/satpas/sim-baru.yaml'))) as object;
  const faults = (workflow: object) => faultsOf('service', { ...document, workflow });
  const units = [{ unit: 'dishub', standard: { amount: 3, unit: 'working-days' } }];
  for (const sound of [
    { template: 'standard-flow', when: { payment: 'data.age > 1' }, recommendedBy: units },
    { template: 'revocation-flow', warnings: 2, recommendedBy: units },
    { template: 'counter-flow', states: { serving: { title: { id: 'Cetak', en: 'Print' } } } },
  ]) {
    expect(faults(sound), sound.template).toEqual([]);
  }
  expect(faults({ template: 'counter-flow', warnings: 2 })).toEqual([
    '/workflow must NOT have additional properties',
  ]);
  expect(faults({ template: 'revocation-flow', warnings: 4 })).toEqual([
    '/workflow/warnings must be <= 3',
  ]);
  expect(faults({ template: 'standard-flow', recommendedBy: ['dishub'] })).toEqual([
    '/workflow/recommendedBy/0 must be object',
  ]);
  expect(faults({ template: 'counter' })).toContain('/workflow/template must be equal to constant');
});

test('explains every key of a state to who hovers over it', () => {
  const { $defs } = definitionJsonSchema('service') as {
    $defs: Record<string, { properties: Record<string, { description?: string; $ref?: string }> }>;
  };
  const unexplained = Object.entries($defs['WorkflowState']?.properties ?? {})
    .filter(([, { description, $ref }]) => !description && !$ref)
    .map(([key]) => key);
  expect(unexplained).toEqual([]);
});

test('every shipped service tells editors where the schema lies', async () => {
  for (const file of await yamlFiles(join(root, 'services'))) {
    const [first] = (await readFile(file, 'utf8')).split('\n');
    expect(first, file).toBe('# yaml-language-server: $schema=../service.schema.json');
  }
});

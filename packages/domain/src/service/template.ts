import { z } from 'zod';
import { name } from '../names.ts';
import { parseDefinition, type ParsedDefinition } from './parse-definition.ts';
import { schemaProblems } from './schema-problems.ts';
import { standardFlow, standardStages } from './templates/standard-flow.ts';
import { action, stateNode } from './workflow.ts';

/** An adjustment: what it names replaces the template's, null takes it out (RFC 7396). */
const adjustedState = stateNode
  .extend({ on: z.record(name, z.looseObject(action.shape).partial().nullable()).optional() })
  .nullable();

/** A workflow that begins with a template. It is written in files only: the engine never sees one. */
export const templatedWorkflow = z
  .strictObject({
    template: z
      .literal('standard-flow')
      .describe('A typical flow: from the front desk to the collection desk.'),
    stages: z
      .array(z.enum(standardStages))
      .min(1)
      .refine((stages) => new Set(stages).size === stages.length, { error: 'names a stage twice' })
      .optional()
      .describe('The stages that this service has, in its order; if left out, all that it needs.'),
    initial: name.optional(),
    states: z
      .record(name, adjustedState)
      .optional()
      .describe('Adjustments and further states; null takes a state of the template out.'),
    on: z.record(name, action).optional().describe('Actions possible in every state.'),
  })
  .meta({ id: 'TemplatedWorkflow', description: 'A template by its name, and what differs.' });

/** What of a templated workflow must be right before it can be laid out; the rest is judged after. */
const templateUse = z.looseObject({
  template: templatedWorkflow.shape.template,
  stages: templatedWorkflow.shape.stages,
});

/**
 * Reads a service definition as it is written in a file: a workflow that names a `template` is laid
 * out in full first. Paths stay those of the file, as far as the file goes.
 */
export function parseWrittenDefinition(input: unknown): ParsedDefinition {
  if (!isMap(input) || !isMap(input['workflow']) || !('template' in input['workflow'])) {
    return parseDefinition(input);
  }
  const use = templateUse.safeParse(input['workflow']);
  if (!use.success) {
    const problems = schemaProblems(use.error, input['workflow']);
    return {
      definition: undefined,
      problems: problems.map((problem) => ({ ...problem, path: ['workflow', ...problem.path] })),
    };
  }
  const { template: _, stages, ...adjustments } = use.data;
  const flow = standardFlow({
    stages,
    hasFee: isMap(input['fee']) && input['fee']['kind'] !== 'free',
    asksForDocuments: Object.values(isMap(input['documents']) ? input['documents'] : {}).some(
      (document) => isMap(document) && document['required'] !== false,
    ),
  });
  return parseDefinition({ ...input, workflow: merged(flow, adjustments) });
}

/** JSON Merge Patch (RFC 7396): maps are merged, null takes out, anything else replaces. */
function merged(onto: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch;
  const result = new Map(Object.entries(isMap(onto) ? onto : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key);
    else result.set(key, merged(result.get(key), value));
  }
  return Object.fromEntries(result);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { z } from 'zod';
import { name } from '../names.ts';
import { parseDefinition, type ParsedDefinition } from './parse-definition.ts';
import type { Problem } from './problem.ts';
import { schemaProblems } from './schema-problems.ts';
import { counterFlow } from './templates/counter-flow.ts';
import { isMap, issuedIn, issuing } from './templates/issuing.ts';
import type { ServiceFacts } from './templates/parts.ts';
import { revocationFlow, revocationParameters } from './templates/revocation-flow.ts';
import { standardFlow, standardParameters, usualStages } from './templates/standard-flow.ts';
import { action, stateNode } from './workflow.ts';

/** An adjustment: what it names replaces the template's, null takes it out. */
const adjustedState: z.ZodType = stateNode
  .extend({
    on: z
      .record(name, z.looseObject(action.shape).partial().nullable())
      .optional()
      .describe('What differs in an action of the template; further actions; null takes one out.'),
    states: z
      .lazy(() => z.record(name, adjustedState))
      .optional()
      .describe('What differs in inner states.'),
  })
  .nullable()
  .meta({ id: 'AdjustedState', description: 'What differs in a state; null takes it out.' });

const adjustments = {
  initial: name.optional(),
  states: z
    .record(name, adjustedState)
    .optional()
    .describe('Adjustments and further states; null takes a state of the template out.'),
  on: z.record(name, action).optional().describe('Actions possible in every state.'),
};

const standard = {
  template: z
    .literal('standard-flow')
    .describe('A typical flow: from the front desk to the collection desk.'),
  ...standardParameters,
};
const counter = {
  template: z
    .literal('counter-flow')
    .describe('Minutes at one counter: one officer receives, serves and hands over.'),
};
const revocation = {
  template: z
    .literal('revocation-flow')
    .describe('The office takes a permit back: proposal, warnings, hearing, decision.'),
  ...revocationParameters,
};

/** A workflow that begins with a template. It is written in files only: the engine never sees one. */
export const templatedWorkflow = z
  .discriminatedUnion('template', [
    z.strictObject({ ...standard, ...adjustments }),
    z.strictObject({ ...counter, ...adjustments }),
    z.strictObject({ ...revocation, ...adjustments }),
  ])
  .meta({ id: 'TemplatedWorkflow', description: 'A template by its name, and what differs.' });

/** What of a templated workflow must be right before it can be laid out; the rest is judged after. */
const templateUse = z.discriminatedUnion('template', [
  z.looseObject(standard),
  z.looseObject(counter),
  z.looseObject(revocation),
]);

/**
 * Reads a service definition as it is written in a file: a workflow that names a `template` is laid
 * out in full first. Paths stay those of the file, as far as the file goes.
 */
export function parseWrittenDefinition(input: unknown): ParsedDefinition {
  if (!isMap(input) || !isMap(input['workflow']) || !('template' in input['workflow'])) {
    return parseDefinition(input);
  }
  const parsed = templateUse.safeParse(input['workflow']);
  if (!parsed.success) return failed(schemaProblems(parsed.error, input['workflow']));
  const service = {
    hasFee: isMap(input['fee']) && input['fee']['kind'] !== 'free',
    isAssessed: isAssessedBefore(input['fee']),
    correctable: Object.entries(isMap(input['form']) ? input['form'] : {}).flatMap(
      ([field, spec]) => (isMap(spec) && spec['enteredBy'] === 'officer' ? [] : [field]),
    ),
    asksForDocuments: Object.values(isMap(input['documents']) ? input['documents'] : {}).some(
      (document) => isMap(document) && document['required'] !== false,
    ),
  };
  const problems = unusable(parsed.data, service);
  if (problems.length > 0) return failed(problems);
  const { flow, differing } = laidOut(parsed.data, service);
  const elsewhere = new Set(issuedIn(differing));
  const outputs = Object.keys(isMap(input['outputs']) ? input['outputs'] : {});
  const issued = outputs.filter((output) => !elsewhere.has(output));
  return parseDefinition({ ...input, workflow: issuing(merged(flow, differing), issued) });
}

/** Whether somebody says what is to be paid before the file is at the cashier's. */
function isAssessedBefore(fee: unknown): boolean {
  if (!isMap(fee) || fee['kind'] !== 'assessed') return false;
  const by = fee['assessedBy'];
  return Array.isArray(by) && !by.includes('cashier');
}

type TemplateUse = z.infer<typeof templateUse>;

function laidOut(use: TemplateUse, service: ServiceFacts): { flow: unknown; differing: unknown } {
  switch (use.template) {
    case 'standard-flow': {
      const { template: _, stages, when, recommendedBy, ...differing } = use;
      return { flow: standardFlow({ stages, when, recommendedBy }, service), differing };
    }
    case 'counter-flow': {
      const { template: _, ...differing } = use;
      return { flow: counterFlow(service), differing };
    }
    case 'revocation-flow': {
      const { template: _, warnings, recommendedBy, ...differing } = use;
      return { flow: revocationFlow({ warnings, recommendedBy }, service), differing };
    }
  }
}

/** Parameters that speak of stages which the service does not have: they would be passed over. */
function unusable(use: TemplateUse, service: ServiceFacts): Problem[] {
  if (use.template !== 'standard-flow') return [];
  const stages: readonly string[] = use.stages ?? usualStages(service);
  const missing = Object.keys(use.when ?? {}).filter((stage) => !stages.includes(stage));
  return [
    ...missing.map((stage) => ({ path: ['when', stage], stage })),
    ...(use.recommendedBy && !stages.includes('technical-review')
      ? [{ path: ['recommendedBy'], stage: 'technical-review' }]
      : []),
  ].map(({ path, stage }) => {
    const message = `"${stage}" is not among the stages of this service; add it to \`stages\``;
    return { path, message, severity: 'error' };
  });
}

function failed(problems: readonly Problem[]): ParsedDefinition {
  return {
    definition: undefined,
    problems: problems.map((problem) => ({ ...problem, path: ['workflow', ...problem.path] })),
  };
}

/**
 * JSON Merge Patch (RFC 7396): maps are merged, null takes out, anything else replaces. A guard is one
 * condition, and replaced as a whole.
 */
function merged(onto: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch;
  const result = new Map(Object.entries(isMap(onto) ? onto : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key);
    else result.set(key, key === 'guard' ? value : merged(result.get(key), value));
  }
  return Object.fromEntries(result);
}

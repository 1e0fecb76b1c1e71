import { z } from 'zod';
import { name } from '../names.ts';
import { mended } from './mended.ts';
import { failed, parseDefinition, type ParsedDefinition } from './parse-definition.ts';
import type { DocumentPath, Problem } from './problem.ts';
import { schemaProblems, valueAt } from './schema-problems.ts';
import { didYouMean } from './suggestion.ts';
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
  const { workflow } = input;
  const parsed = templateUse.safeParse(workflow);
  if (parsed.success) {
    const problems = unusable(parsed.data, factsOf(input));
    const read = parseLaidOut(input, workflow, parsed.data);
    return problems.length === 0 ? read : failed([...problems, ...ofTheFile(read, input)]);
  }
  const problems = schemaProblems(parsed.error, workflow, templateUse).map(inWorkflow);
  const rest = mended(workflow, templateUse);
  const isKnown = rest && !rest.at.some(([key]) => key === 'template');
  const further = isKnown ? parseLaidOut(input, workflow, rest.value) : parseDefinition(input);
  const certain = ofTheFile(further, input).filter(({ path }) => isKnown || path[0] !== 'workflow');
  return failed([...problems, ...certain]);
}

/** Judges the whole definition, its workflow laid out. */
function parseLaidOut(input: Document, written: Document, use: TemplateUse): ParsedDefinition {
  const { flow, differing } = laidOut(use, factsOf(input));
  const elsewhere = new Set(issuedIn(differing));
  const outputs = Object.keys(isMap(input['outputs']) ? input['outputs'] : {});
  const issued = outputs.filter((output) => !elsewhere.has(output));
  const workflow = issuing(merged(flow, differing), issued);
  const { definition, problems } = parseDefinition({ ...input, workflow });
  const placed = problems
    .map((problem) => whereWritten(problem, workflow, written))
    .map((problem) => withMeant(problem, flow));
  return { definition, problems: withoutRepetition(placed) };
}

function factsOf(input: Document): ServiceFacts {
  return {
    hasFee: isMap(input['fee']) && input['fee']['kind'] !== 'free',
    isAssessed: isAssessedBefore(input['fee']),
    correctable: Object.entries(isMap(input['form']) ? input['form'] : {}).flatMap(
      ([field, spec]) => (isMap(spec) && spec['enteredBy'] === 'officer' ? [] : [field]),
    ),
    asksForDocuments: Object.values(isMap(input['documents']) ? input['documents'] : {}).some(
      (document) => isMap(document) && document['required'] !== false,
    ),
  };
}

/** Whether somebody says what is to be paid before the file is at the cashier's. */
function isAssessedBefore(fee: unknown): boolean {
  if (!isMap(fee) || fee['kind'] !== 'assessed') return false;
  const by = fee['assessedBy'];
  return Array.isArray(by) && !by.includes('cashier');
}

type Document = Record<string, unknown>;
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
    return inWorkflow({ path, message, severity: 'error' });
  });
}

const inWorkflow = (problem: Problem): Problem => ({
  ...problem,
  path: ['workflow', ...problem.path],
});

/** A condition of `when` comes to stand in each step that may lead to its stage. */
function whereWritten(problem: Problem, whole: unknown, written: Document): Problem {
  if (problem.path[0] !== 'workflow' || !isMap(written['when'])) return problem;
  const part = valueAt(whole, problem.path.slice(1));
  const condition = isMap(part) ? part['expression'] : part;
  const stage = Object.entries(written['when']).find(([, one]) => one === condition)?.[0];
  if (stage === undefined || isIn({ workflow: written }, problem.path)) return problem;
  return { ...problem, path: ['workflow', 'when', stage] };
}

/** A state or an action beside those of the template that lacks something may be one of them, misspelt. */
function withMeant(problem: Problem, flow: unknown): Problem {
  const [part, , state, on, taken] = problem.path;
  const states = valueAt(flow, ['states']);
  const actions = valueAt(flow, ['states', String(state), 'on']);
  const isOfState = problem.path.length === 3 && isMap(states);
  const isOfAction = problem.path.length === 6 && on === 'on' && isMap(actions);
  if (part !== 'workflow' || !(isOfState || isOfAction)) return problem;
  const meant = isOfState
    ? didYouMean(String(state), Object.keys(states))
    : didYouMean(String(taken), Object.keys(isMap(actions) ? actions : {}));
  return { ...problem, message: problem.message + meant };
}

/** What is wrong with parts that the file holds, whatever the template makes of them. */
function ofTheFile({ problems }: { problems: readonly Problem[] }, input: Document): Problem[] {
  return problems.filter(({ path, severity }) => severity === 'error' && isIn(input, path));
}

/** Whether a document has the place, or the map in which something is missing there. */
function isIn(document: Document, path: DocumentPath): boolean {
  return valueAt(document, path.slice(0, -1)) !== undefined;
}

function withoutRepetition(problems: readonly Problem[]): Problem[] {
  const told = (problem: Problem) => JSON.stringify([problem.path, problem.message]);
  return [...new Map(problems.map((problem) => [told(problem), problem])).values()];
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

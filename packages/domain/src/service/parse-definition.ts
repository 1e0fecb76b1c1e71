import { checkDefinition } from './check.ts';
import { checkPaths } from './check-paths.ts';
import { checkSize, tooDeep } from './check-size.ts';
import { compileService, type CompiledService } from './compile.ts';
import { definitionDigest, serviceDefinition, type ServiceDefinition } from './definition.ts';
import { isError, reportInto, type DocumentPath, type Problem } from './problem.ts';
import { schemaProblems } from './schema-problems.ts';
import { excludedFromWorkflow } from './workflow.ts';

/** A definition that may be published, or none; and what is wrong with it, or only doubtful. */
export type ParsedDefinition = { definition: ServiceDefinition | undefined; problems: Problem[] };

/**
 * Reads a service definition from a document (parsed YAML or JSON) and says everything that is
 * wrong with it at once. `definition` is there exactly when no problem is an error.
 */
export function parseDefinition(input: unknown): ParsedDefinition {
  try {
    return parse(input);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // Recursion ran out of stack: no definition that a person wrote comes near.
    return failed([tooDeep]);
  }
}

function parse(input: unknown): ParsedDefinition {
  const beyondReason = checkSize(input);
  if (beyondReason.length > 0) return failed(beyondReason);
  const parsed = serviceDefinition.safeParse(input);
  if (parsed.success) return judge(parsed.data);
  const problems = schemaProblems(parsed.error, input, serviceDefinition, reasonFor);
  // Unknown keys hide nothing else: without them the rest can be judged in the same go.
  const onlyKeys = parsed.error.issues.every(({ code }) => code === 'unrecognized_keys');
  const rest = onlyKeys ? serviceDefinition.safeParse(without(input, problems)) : undefined;
  return failed(rest?.success ? [...problems, ...checkDefinition(rest.data)] : problems);
}

function judge(definition: ServiceDefinition): ParsedDefinition {
  const problems = checkDefinition(definition);
  if (problems.some(isError)) return failed(problems);
  let service: CompiledService;
  try {
    service = compileService(definition, { version: 1, digest: definitionDigest(definition) });
  } catch (error) {
    if (error instanceof RangeError || !(error instanceof Error)) throw error;
    const message = `does not make a state machine: ${error.message}`;
    return failed([...problems, { path: ['workflow'], message, severity: 'error' }]);
  }
  checkPaths(service, reportInto(problems));
  return { definition, problems };
}

const failed = (problems: Problem[]): ParsedDefinition => ({ definition: undefined, problems });

/** Why a workflow has no use for a feature of XState. */
function reasonFor(path: DocumentPath, key: string): string | undefined {
  if (path[0] !== 'workflow' || !Object.hasOwn(excludedFromWorkflow, key)) return undefined;
  return excludedFromWorkflow[key];
}

function without(input: unknown, unknownKeys: readonly Problem[]): unknown {
  const copy: unknown = structuredClone(input);
  for (const { path } of unknownKeys) {
    const holder = path
      .slice(0, -1)
      .reduce<unknown>((value, key) => Reflect.get(Object(value), key), copy);
    Reflect.deleteProperty(Object(holder), path.at(-1) ?? '');
  }
  return copy;
}

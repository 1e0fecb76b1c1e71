import { checkDefinition } from './check.ts';
import { checkPaths } from './check-paths.ts';
import { checkSize, tooDeep } from './check-size.ts';
import { compileService, type CompiledService } from './compile.ts';
import { definitionDigest, serviceDefinition, type ServiceDefinition } from './definition.ts';
import { isOfMending, mended } from './mended.ts';
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
  return failed([...problems, ...furtherProblems(input)]);
}

/** What is wrong beside what the schema finds: told in the same go, as far as it is certain. */
function furtherProblems(input: unknown): Problem[] {
  const rest = mended(input, serviceDefinition);
  if (!rest) return [];
  return checkDefinition(rest.value, rest.keepsMoves).filter((one) => !isOfMending(one, rest));
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

export const failed = (problems: Problem[]): ParsedDefinition => ({
  definition: undefined,
  problems,
});

/** Why a workflow has no use for a feature of XState. */
function reasonFor(path: DocumentPath, key: string): string | undefined {
  if (path[0] !== 'workflow' || !Object.hasOwn(excludedFromWorkflow, key)) return undefined;
  return excludedFromWorkflow[key];
}

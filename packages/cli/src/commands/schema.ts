import { definitionJsonSchema, definitionKinds, type DefinitionKind } from '@satu-atap/domain';
import { Argument, type Command } from 'commander';
import { printToStdout } from './check.ts';

/** `satu-atap schema`: what editors complete and check definitions with. */
export function schemaCommand(program: Command): void {
  program
    .command('schema')
    .description('print the JSON Schema of a definition, for editors')
    .addArgument(new Argument('[kind]').choices(definitionKinds).default('service'))
    .action((kind: DefinitionKind) => {
      printToStdout(schemaText(kind));
    });
}

/** The schema as it is printed, and kept in `services/service.schema.json`. */
export function schemaText(kind: DefinitionKind): string {
  return JSON.stringify(definitionJsonSchema(kind), undefined, 2);
}

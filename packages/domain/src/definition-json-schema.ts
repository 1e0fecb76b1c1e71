import { z } from 'zod';
import { officeDefinition } from './office.ts';
import { serviceDefinition } from './service/definition.ts';
import { templatedWorkflow } from './service/template.ts';
import { workflow } from './service/workflow.ts';
import { calendarDefinition } from './sla/calendar-definition.ts';

const anyWorkflow = z.union([templatedWorkflow, workflow]);

const schemas = {
  service: { title: 'A service', schema: serviceDefinition.extend({ workflow: anyWorkflow }) },
  office: { title: 'An office', schema: officeDefinition },
  calendar: { title: 'A working calendar', schema: calendarDefinition },
};
export type DefinitionKind = keyof typeof schemas;
export const definitionKinds = Object.keys(schemas) as DefinitionKind[];

/**
 * The JSON Schema (draft 2020-12) of a definition as one writes it in a file, before templates and
 * defaults, with descriptions: for editors. It says less than `parseWrittenDefinition`, which knows
 * where moves lead.
 */
export function definitionJsonSchema(kind: DefinitionKind): object {
  const { title, schema } = schemas[kind];
  const jsonSchema = z.toJSONSchema(schema, {
    io: 'input',
    override({ zodSchema, jsonSchema: written }) {
      if (zodSchema !== anyWorkflow || !written.anyOf) return;
      // An editor then speaks of the one that was meant, not of both.
      const named = { type: 'object', required: ['template'] };
      const [templated = {}, whole = {}] = written.anyOf;
      delete written.anyOf;
      Object.assign(written, { if: named, then: templated, else: whole });
    },
  });
  return { title, ...jsonSchema };
}

import { z } from 'zod';
import { recipientDefinition } from './notification/recipient.ts';
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
  recipient: { title: 'A recipient of notifications', schema: recipientDefinition },
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
    // An editor then speaks of the alternative that was meant, not of all of them.
    override({ zodSchema, jsonSchema: written }) {
      if (zodSchema === anyWorkflow && written.anyOf) {
        const [templated = {}, whole = {}] = written.anyOf;
        delete written.anyOf;
        const named = { type: 'object', required: ['template'] };
        Object.assign(written, { if: named, then: templated, else: whole });
      }
      if (zodSchema === templatedWorkflow && written.oneOf) {
        const templates = written.oneOf;
        delete written.oneOf;
        const names = templates.map(({ properties }) => properties?.['template']);
        Object.assign(written, {
          type: 'object',
          properties: { template: { anyOf: names } },
          allOf: templates.map((one, index) => ({
            if: { properties: { template: names[index] } },
            then: one,
          })),
        });
      }
    },
  });
  return { title, ...jsonSchema };
}

import { z } from 'zod';
import { officeDefinition } from './office.ts';
import { serviceDefinition } from './service/definition.ts';
import { calendarDefinition } from './sla/calendar.ts';

const schemas = {
  service: { title: 'A service', schema: serviceDefinition },
  office: { title: 'An office', schema: officeDefinition },
  calendar: { title: 'A working calendar', schema: calendarDefinition },
};
export type DefinitionKind = keyof typeof schemas;
export const definitionKinds = Object.keys(schemas) as DefinitionKind[];

/**
 * The JSON Schema (draft 2020-12) of a definition as one writes it, before defaults, with
 * descriptions: for editors. It says less than `parseDefinition`, which knows where moves lead.
 */
export function definitionJsonSchema(kind: DefinitionKind): object {
  const { title, schema } = schemas[kind];
  return { title, ...z.toJSONSchema(schema, { io: 'input' }) };
}

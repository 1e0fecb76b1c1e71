import { parseDefinition } from '@satu-atap/domain';
import { convertDigit } from './digit-convert.ts';
import { NotImportableError } from './digit-graph.ts';
import { UnusableNameError } from './digit-names.ts';
import type { ImportReport } from './digit-report.ts';
import { readDigitFile, type DigitService } from './digit-service.ts';
import { definitionYaml } from './digit-yaml.ts';

/** A service that came over: a definition that passes the check, as YAML, and what became of the rest. */
export type ImportedService = { id: string; unit: string; yaml: string; report: ImportReport };
/** A service that did not, and what a person can do about it. */
export type RefusedService = { businessService: string; reason: string };
export type DigitImport =
  | { services: (ImportedService | RefusedService)[]; notCarried: string[] }
  | { reason: string };

/**
 * Turns a file of DIGIT workflow definitions into service definitions. Nothing is dropped in
 * silence: what a definition cannot say is in the report.
 *
 * @param source the file's name, for the head of what is written
 * @param unit the unit that owns the services; by default each service's `business`
 */
export function importDigit(content: string, source: string, unit?: string): DigitImport {
  const file = readDigitFile(content);
  if (!file) {
    return {
      reason:
        'holds no DIGIT workflow: looked for JSON with "BusinessServices", each with a "businessService"',
    };
  }
  const notCarried = file.unknown.map(
    (key) => `${key}, beside the services: it is not part of them.`,
  );
  if (file.wrapped)
    notCarried.push('What stands around and between the JSON: comments, a command line.');
  return {
    notCarried,
    services: file.services.map((service) =>
      'unreadable' in service
        ? { businessService: service.businessService, reason: service.unreadable }
        : importService(service, source, unit),
    ),
  };
}

function importService(
  service: DigitService,
  source: string,
  unit: string | undefined,
): ImportedService | RefusedService {
  const { businessService } = service;
  try {
    const converted = convertDigit(service, unit);
    const { definition, problems } = parseDefinition(converted.definition);
    const found = problems.map(({ path, message }) => `${path.join('.')} ${message}`);
    if (!definition) {
      return { businessService, reason: `does not make a sound definition: ${found.join('; ')}` };
    }
    const report = { ...converted.report, decided: [...converted.report.decided, ...found] };
    const yaml = definitionYaml({ ...converted, report }, source);
    return { id: definition.id, unit: definition.unit, yaml, report };
  } catch (error) {
    if (error instanceof NotImportableError || error instanceof UnusableNameError) {
      return { businessService, reason: error.message };
    }
    throw error;
  }
}

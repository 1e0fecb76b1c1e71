import { parseDefinition } from '@satu-atap/domain';
import { largestText } from '@satu-atap/api/definition-text';
import { convertDigit, type Called } from './digit-convert.ts';
import { findServices, most, type Fault, type FoundService } from './digit-find.ts';
import { Notes } from './digit-notes.ts';
import { ImportReport, NotImportableError } from './digit-report.ts';
import { readService } from './digit-service.ts';
import { definitionYaml, type WrittenReport } from './digit-yaml.ts';

/** A service that came over: a definition that passes the check, as YAML, and what became of the rest. */
export type ImportedService = { id: string; unit: string; yaml: string; report: WrittenReport };
/** A service that did not, and what a person can do about it. */
export type RefusedService = { businessService: string; faults: readonly Fault[] };
export type DigitImport =
  | { services: (ImportedService | RefusedService)[]; notCarried: string[] }
  | { reason: string };

/**
 * Turns a file of DIGIT workflow definitions into service definitions. Nothing is dropped in
 * silence: what a definition cannot say is in the report.
 *
 * @param source the file's name, for the head of what is written
 * @param unit the unit that owns the services; by default each service's `business`
 * @param ids of services that exist beside, for which other names are found; it grows by the new ones
 */
export function importDigit(
  content: string,
  source: string,
  unit?: string,
  ids: Set<string> = new Set(),
): DigitImport {
  const { services, count, actions, besides } = findServices(
    content.replace(/^\uFEFF/, '').replaceAll("'\\''", "'"),
  );
  if (count === 0) {
    const mentioned = besides.map(({ what, lines }) => `; ${what} (line ${lines[0]})`).join('');
    return {
      reason: `holds no DIGIT workflow: looked for JSON objects with a "businessService" and "states"${mentioned}`,
    };
  }
  if (count > most.services || actions > most.actions) {
    const size = `${count} services with ${actions} actions`;
    return {
      reason: `holds ${size}: at most ${most.services} with ${most.actions} at once; split it`,
    };
  }
  const notes = new Notes();
  for (const { what, lines } of besides) notes.add(what, ...lines);
  return {
    services: services.map((service) => importService(service, source, unit, ids)),
    notCarried: notes.list(),
  };
}

function importService(
  found: FoundService,
  source: string,
  unit: string | undefined,
  ids: Set<string>,
): ImportedService | RefusedService {
  if ('faults' in found) return { businessService: found.name, faults: found.faults };
  const report = new ImportReport();
  let businessService = '(no name)';
  try {
    if (found.comments.length > 0)
      report.notCarried.add('Comments are left out', ...found.comments);
    const service = readService(found.node, found.source, report);
    ({ businessService } = service);
    const called: Called = { unit, name: (wanted) => unused(wanted, ids, report) };
    const converted = convertDigit(service, called, report);
    const { definition, problems } = parseDefinition(converted.definition);
    const messages = problems.map(({ path, message }) => `${path.join('.')} ${message}`.trim());
    if (!definition) {
      const faults = messages.map((message) => ({ line: service.line, message }));
      return { businessService, faults };
    }
    for (const message of messages) report.decided.add(`The check says: ${message}`);
    const written = { decided: report.decided.list(), notCarried: report.notCarried.list() };
    const yaml = definitionYaml(converted, written, source);
    if (yaml.length > largestText) {
      const message = `makes a definition larger than ${largestText / 1024} KiB; split the service`;
      return { businessService, faults: [{ line: service.line, message }] };
    }
    ids.add(definition.id);
    return { id: definition.id, unit: definition.unit, yaml, report: written };
  } catch (error) {
    if (!(error instanceof NotImportableError)) throw error;
    return { businessService, faults: error.faults };
  }
}

function unused(wanted: string, ids: ReadonlySet<string>, report: ImportReport): string {
  let id = wanted;
  for (let number = 2; ids.has(id); number++) id = `${wanted}-${number}`;
  if (id !== wanted) report.decided.add(`Another service is ${wanted} already; this one is ${id}`);
  return id;
}

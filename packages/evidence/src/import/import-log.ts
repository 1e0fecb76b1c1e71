import { createHash } from 'node:crypto';
import { canonicalJson, importedRole, isRefused, type CompiledService } from '@satu-atap/domain';
import { readImportedLog } from '@satu-atap/event-store';
import { discoveredService, type DiscoveredService } from '../discovery/discovered-definition.ts';
import { appendCases } from './append-cases.ts';
import { caseFacts } from './case-facts.ts';
import type { PathFinder } from './case-path.ts';
import { discoveredPath } from './discovered-path.ts';
import { givenPath } from './given-path.ts';
import type { ImportOutcome, ImportRequest } from './import-request.ts';
import { importedCase, type Destination, type ImportedCase } from './imported-events.ts';
import { attributeEvents, importId, ImportRecord, LooseEvents } from './imported-log-events.ts';
import type { JudgedLog } from './judge-log.ts';
import type { LogSource } from './log-source.ts';
import type { Survey } from './survey.ts';

/**
 * Takes over what was judged, whatever became of the file since: each case becomes an application, with its
 * events as they happened. A run that was stopped is finished by the same again, because every id derives
 * from the file and the place in it; a file that is there changes nothing.
 */
export async function takeOverLog(
  request: ImportRequest,
  { survey, deviations }: JudgedLog,
): Promise<ImportOutcome> {
  const { source, store, office, definition, now, actor } = request;
  const id = importId(survey.sha256);
  const before = await readImportedLog(store, id);
  if (before?.completed) return { type: 'already', log: before };

  const discovered = definition.kind === 'discovered' ? discover(survey, definition) : undefined;
  const key = requestKey(request, survey, discovered);
  if (before && before.begun.request !== key) return { type: 'begun-otherwise', log: before };
  const service = await serviceInForce(discovered, request);
  if ('type' in service) return service;

  const record = new ImportRecord(store, id, { actor, now });
  const { graph, looseEvents, header, csv } = survey;
  const attributes = attributeEvents(survey.attributes);
  await record.append({
    type: 'LogImportBegun',
    data: {
      file: survey.file,
      sha256: survey.sha256,
      bytes: survey.bytes,
      format: survey.format,
      counts: {
        cases: graph.cases,
        events: graph.events,
        variants: graph.variantCount,
        activities: graph.activities.size,
        looseEvents,
      },
      classifier: [...survey.reading.classifier],
      header,
      ...(csv ? { csv } : {}),
      timeZone: survey.reading.timeZone,
      office,
      service: { id: service.id, version: service.version, digest: service.digest },
      definition: definition.kind,
      deviations,
      request: key,
    },
  });
  for (const event of attributes) await record.append(event);

  const begun = await readImportedLog(store, id);
  const begunAt = begun?.at ?? now.toString();
  const path = pathOf(discovered, request);
  const destination = { log: id, office, service, begunAt };
  const loose = new LooseEvents();
  const done = { cases: 0, events: 0 };
  const cases = casesOf(source, survey, path, destination, async (event) => {
    const full = loose.add(event);
    if (full) await record.append(full);
  });
  await appendCases(store, cases, (events) => {
    done.cases++;
    done.events += events - 1;
    request.progress?.('writing', done);
  });
  const rest = loose.rest();
  if (rest) await record.append(rest);
  const { cases: applications, events } = graph;
  await record.append({ type: 'LogImportCompleted', data: { applications, events } });
  const outcome = { log: id, resumed: before !== undefined, survey, service, deviations };
  return { type: 'imported', ...outcome, ...(discovered ? { model: discovered.model } : {}) };
}

function discover(
  { graph, file }: Survey,
  { id, unit, standard }: ImportRequest['definition'] & { kind: 'discovered' },
): DiscoveredService {
  return discoveredService(graph, { id, unit, title: file, standard });
}

/** Identifies everything that says how the log is to be taken over. */
function requestKey(
  { office, definition, actor: _actor, ...request }: ImportRequest,
  { reading, csv }: Survey,
  discovered: DiscoveredService | undefined,
): string {
  const under =
    definition.kind === 'given'
      ? {
          service: definition.service.digest,
          mapped: [...definition.mapped],
          keep: definition.keepDeviations,
        }
      : { id: definition.id, definition: discovered?.definition };
  const { timeZone } = request;
  const text = canonicalJson({ office, under, timeZone, reading, csv });
  return createHash('sha256').update(text).digest('hex');
}

/** The version that the cases are put under, published if it was not. */
async function serviceInForce(
  discovered: DiscoveredService | undefined,
  { services, actor, now, definition }: ImportRequest,
): Promise<CompiledService | Extract<ImportOutcome, { type: 'service-taken' | 'refused' }>> {
  const given = definition.kind === 'given' ? definition : undefined;
  if (given && !given.isToPublish) return given.service;
  const found = given?.service.definition ?? discovered?.definition;
  if (!found) throw new Error('nothing was discovered');
  const present = await services.newest(found.id);
  const isOfPeople =
    present && !present.definition.submittedBy.every((role) => role === importedRole);
  if (!given && isOfPeople) return { type: 'service-taken', service: found.id };
  const published = await services.publish(found, actor, now, { again: true });
  return isRefused(published) ? { type: 'refused', refusal: published.refusal } : published.service;
}

function pathOf(
  discovered: DiscoveredService | undefined,
  { definition, office }: ImportRequest,
): PathFinder {
  if (discovered) return discoveredPath(discovered);
  if (definition.kind === 'discovered') throw new Error('nothing was discovered');
  return givenPath(definition.service, office, definition.mapped);
}

/** What was judged, given once more: each case as the application that it becomes. */
async function* casesOf(
  source: LogSource,
  { reading, graph }: Survey,
  path: PathFinder,
  destination: Destination,
  loose: (attributes: ImportedAttributes) => Promise<void>,
): AsyncGenerator<ImportedCase> {
  let place = 0;
  for await (const parts of source.parts()) {
    for (const part of parts) {
      if (part.kind === 'event') await loose(part.event.attributes);
      if (part.kind !== 'case') continue;
      const facts = caseFacts(part.case, place, reading);
      yield importedCase(facts, place, path(facts), destination);
      place++;
    }
  }
  if (place !== graph.cases) throw new Error(`${place} cases, where ${graph.cases} were judged`);
}

type ImportedAttributes = Parameters<LooseEvents['add']>[0];

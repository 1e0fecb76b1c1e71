import type { CompiledService, Offices } from '@satu-atap/domain';
import type { Position, ServiceCatalogue, StreamReader, StreamRun } from '@satu-atap/event-store';
import { caseHistories, type CaseHistory } from './case-history.ts';
import type { CaseSelection } from './case-selection.ts';
import type { Disclosure } from './disclosure.ts';
import { exportedCaseOf, type CaseContext } from './exported-case-of.ts';
import type { ExportedCase } from './exported-case.ts';

/**
 * Where an export takes everything from. The store as it lies there: what is sealed in its events is
 * personal, and an export need not open it.
 */
export type ExportSource = {
  store: StreamReader;
  services: Pick<ServiceCatalogue, 'version'>;
  offices: Offices;
};

/** What is told of the log, and up to where. */
export type ExportScope = {
  selection: CaseSelection;
  disclosure: Disclosure;
  /** Nothing after this position: two passes up to the same one tell the same. */
  until: Position;
  /** Only applications among these streams. */
  run?: StreamRun;
};

/**
 * The selected applications as event logs tell them, in batches, in the order in which they were
 * submitted. The same events always give the same cases.
 *
 * @throws as `caseHistories` does, and Error where a version of a service is not in the store
 */
export async function* exportedCases(
  { store, services, offices }: ExportSource,
  { disclosure, ...range }: ExportScope,
): AsyncGenerator<ExportedCase[]> {
  const versions = new Map<string, CompiledService>();
  const context: CaseContext = {
    service(id, version) {
      const known = versions.get(`${id} ${version}`);
      if (!known) throw new Error(`version ${version} of service ${id} was not looked up`);
      return known;
    },
    calendars: (office) => offices.get(office)?.calendars,
    disclosure,
  };
  for await (const histories of caseHistories({ store, offices }, range)) {
    for (const history of histories) {
      for (const { id, version } of versionsOf(history)) {
        const name = `${id} ${version}`;
        if (!versions.has(name)) versions.set(name, await services.version(id, version));
      }
    }
    yield histories.map((history) => exportedCaseOf(history, context));
  }
}

/** The versions of its service that an application ran under. */
function* versionsOf({ happenings }: CaseHistory): Generator<{ id: string; version: number }> {
  let id = '';
  for (const { event } of happenings) {
    if (event.type === 'ApplicationSubmitted') {
      ({ id } = event.data.service);
      yield event.data.service;
    } else if (event.type === 'ApplicationMigrated') yield { id, version: event.data.to.version };
  }
}

// A house for tests of the SLA monitor: an event store, read models that follow it, and a clock.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  compileOffices,
  serviceDefinition,
  type ApplicationCommand,
  type Actor,
  type CalendarDefinition,
  type ServiceDefinitionInput,
} from '@satu-atap/domain';
import { office, people, sampleCalendar } from '@satu-atap/domain/testing';
import {
  applicationStream,
  CalendarCatalogue,
  commandHandler,
  derivedId,
  EmbeddedEventStore,
  readStream,
  ServiceCatalogue,
  type CommandHandler,
  type EventStore,
} from '@satu-atap/event-store';
import { Projector, readModelsOf, type ReadModels } from '@satu-atap/projections';
import { pino } from 'pino';
import { SlaMonitor, type SlaMonitorOptions } from './sla-monitor.ts';

const log = pino({ level: 'silent' });
const text = (en: string) => ({ id: en, en });

/**
 * Two working days; silence approves, if the site plan is there; an officer may grant three days
 * more, and who does not answer within ten days has withdrawn.
 */
export const signboard = {
  id: 'dpmptsp.signboard',
  kind: 'permit',
  title: text('Signboard'),
  unit: 'dpmptsp',
  standard: {
    time: { amount: 2, unit: 'working-days' },
    warnAt: 0.75,
    escalations: [
      { at: 0.5, to: ['supervisor'] },
      { at: 'due', to: ['head-of-unit'] },
    ],
    deemed: { take: 'approve-by-law', legalGround: text('Law 30/2014, article 53') },
  },
  submittedBy: ['applicant'],
  documents: {
    'site-plan': {
      title: text('Site plan'),
      attachedBy: ['front-desk'],
      verifiedBy: ['head-of-unit'],
    },
  },
  outputs: { permit: { title: text('Permit'), number: '{sequence}/{year}' } },
  workflow: {
    initial: 'review',
    on: {
      'approve-by-law': {
        roles: ['system'],
        target: '#granted',
        issues: ['permit'],
        guard: { name: 'documents-attached' },
      },
    },
    states: {
      review: {
        on: {
          approve: { roles: ['head-of-unit'], target: 'granted', issues: ['permit'] },
          ask: { roles: ['front-desk'], target: 'returned' },
          extend: {
            roles: ['head-of-unit'],
            comment: 'required',
            extends: {
              by: { amount: 3, unit: 'working-days' },
              legalGround: text('Law 30/2014, article 53'),
            },
          },
        },
      },
      returned: {
        clock: 'paused',
        deadline: {
          after: { amount: 10, unit: 'calendar-days' },
          take: 'withdraw',
          legalGround: text('Regulation on service standards'),
        },
        on: {
          answer: { roles: ['applicant'], target: 'review' },
          withdraw: { roles: ['applicant', 'system'], target: 'withdrawn' },
        },
      },
      granted: { type: 'final', outcome: 'granted' },
      withdrawn: { type: 'final', outcome: 'withdrawn' },
    },
  },
} satisfies ServiceDefinitionInput;

/** Monday: an application of that day is due on Wednesday 4 March, 16:00 in Jakarta. */
export const monday = '2026-03-02T02:00:00Z';
export const due = '2026-03-04T09:00:00.000Z';

export type House = Awaited<ReturnType<typeof openHouse>>;

export async function openHouse({
  store = new EmbeddedEventStore({ file: ':memory:' }),
  definitions = [signboard],
}: { store?: EventStore; definitions?: ServiceDefinitionInput[] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'satu-atap-workers-'));
  const clock = { now: monday };
  const now = () => Temporal.Instant.from(clock.now);
  const services = new ServiceCatalogue(store);
  for (const definition of definitions) {
    const parsed = serviceDefinition.parse(definition);
    await services.publish(parsed, people.system, Temporal.Instant.from('2026-01-05T00:00:00Z'));
  }
  const calendars = new CalendarCatalogue(store);
  const publishCalendar = (definition: CalendarDefinition) =>
    calendars.publish(definition, people.system, now());
  await publishCalendar(sampleCalendar);
  const definition = {
    id: office,
    title: text('Jakarta service mall'),
    timeZone: 'Asia/Jakarta' as const,
    calendar: sampleCalendar.id,
  };
  const offices = compileOffices([definition], calendars.book);

  /** As another process has it: it remembers nothing of this one. */
  const newCommands = (over: EventStore = store): CommandHandler => {
    const others = new ServiceCatalogue(over);
    return commandHandler({ store: over, services: others, offices, calendars, now });
  };
  const commands = newCommands();
  const projector = await Projector.open({ store, folder, offices, log });
  projector.run();
  const readModels: ReadModels = readModelsOf(() => projector.database);

  const give = async (application: string, command: ApplicationCommand, actor: Actor) => {
    const { recorded } = await accepted(
      commands({
        application,
        command,
        actor,
        id: derivedId(application, command.type, clock.now),
      }),
    );
    return recorded;
  };

  return {
    store,
    clock,
    offices,
    services,
    commands,
    newCommands,
    projector,
    readModels,
    publishCalendar,
    give,
    monitor: (options: Partial<SlaMonitorOptions> = {}) =>
      new SlaMonitor({ readModels, commands, log, now, ...options }),

    /** Signboards that were applied for just now. */
    async apply(count: number, withPlan = true): Promise<string[]> {
      const one = async (_: unknown, index: number) => {
        const application = derivedId('signboard', index, clock.now);
        const { id } = people.applicant;
        const data = {
          service: signboard.id,
          office,
          applicant: { id, name: 'Pemohon' },
          channel: 'online',
          data: {},
        } as const;
        await give(application, { type: 'submit', data }, people.applicant);
        if (withPlan) await give(application, sitePlan(application), people.frontDesk);
        return application;
      };
      return Promise.all(Array.from({ length: count }, one));
    },

    take: (application: string, action: string, actor: Actor) =>
      give(application, { type: 'take-step', data: { action, comment: '…' } }, actor),

    /** Until the read models hold everything. */
    async projected(): Promise<void> {
      const head = await store.head();
      while (projector.status.position < head) {
        if (projector.status.error) throw new Error(projector.status.error);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },

    async events(application: string) {
      return readStream(store, applicationStream(application));
    },

    /** Looks and projects until there is nothing to do any more. @returns how many looks it took */
    async untilDone(monitor: SlaMonitor): Promise<number> {
      for (let looks = 1; ; looks++) {
        await this.projected();
        const { recorded, overtaken, parked } = await monitor.tick();
        if (recorded + overtaken + parked === 0) return looks;
      }
    },

    async close(): Promise<void> {
      await projector.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function sitePlan(application: string): ApplicationCommand {
  return {
    type: 'attach-document',
    data: {
      document: derivedId('document', application),
      requirement: 'site-plan',
      name: 'denah.pdf',
      mediaType: 'application/pdf',
      bytes: 10,
      sha256: 'a'.repeat(64),
    },
  };
}

async function accepted(result: ReturnType<CommandHandler>) {
  const answer = await result;
  if ('refusal' in answer) throw new Error(answer.refusal.type);
  return answer;
}

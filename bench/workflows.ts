import {
  onlyCalendar,
  decide,
  evolve,
  isRefused,
  serviceDefinition,
  type Actor,
  type Application,
  type ApplicationCommand,
  type CompiledService,
  type ServiceDefinition,
  type OfficeCalendars,
} from '@satu-atap/domain';
import { createMachine, type AnyStateMachine } from 'xstate';

/** An action to be taken on a file, as the engine is told it and as XState is. */
export type Step = {
  application: Application;
  command: ApplicationCommand;
  actor: Actor;
  event: { type: string };
};

/** Workflows of several sizes, all of whose actions one officer may take at any time. */
export function workflows(): Record<string, ServiceDefinition> {
  return {
    '5 states': definition({ initial: 's0', states: { ...ring(5), end } }),
    '50 states': definition({ initial: 's0', states: { ...ring(50), end } }),
    '3 regions of 5 states': definition({
      initial: 'review',
      states: {
        review: {
          type: 'parallel',
          onDone: { target: 'end' },
          states: Object.fromEntries(['a', 'b', 'c'].map((name) => [name, region(name)])),
        },
        end,
      },
    }),
  };
}

const officer: Actor = { id: 'officer', roles: ['officer'], unit: 'unit', office: 'mall' };
const roles = ['officer'];
const end = { type: 'final', outcome: 'granted' };

/** Each state leads to the next, to the one after it, and to the end. */
function ring(states: number): object {
  const next = (index: number) => `s${index % states}`;
  return Object.fromEntries(
    Array.from({ length: states }, (_, index) => [
      `s${index}`,
      {
        on: {
          forward: { roles, target: next(index + 1) },
          skip: { roles, target: next(index + 2) },
          finish: { roles, target: 'end' },
        },
      },
    ]),
  );
}

function region(name: string): object {
  const states = Array.from({ length: 4 }, (_, index) => [
    `s${index}`,
    { on: { [`${name}-forward`]: { roles, target: index < 3 ? `s${index + 1}` : 'done' } } },
  ]);
  return { initial: 's0', states: { ...Object.fromEntries(states), done: { type: 'final' } } };
}

function definition(workflow: object): ServiceDefinition {
  return serviceDefinition.parse({
    id: 'unit.service',
    kind: 'permit',
    title: { id: 'Layanan', en: 'Service' },
    unit: 'unit',
    standard: { time: { amount: 5, unit: 'working-days' } },
    submittedBy: roles,
    workflow,
  });
}

/** Every action in every state that an application comes to, one after the other. */
export function everyStep(service: CompiledService): { steps: Step[]; calendars: OfficeCalendars } {
  const calendars = onlyCalendar(
    { id: 'bench', title: 'Bench', week: { monday: [['08:00', '16:00']] }, holidays: [] },
    'Asia/Jakarta',
  );
  const now = Temporal.Instant.from('2026-03-02T02:00:00Z');
  const after = (application: Application | undefined, command: ApplicationCommand) => {
    const decision = decide(application, command, { service, calendars, actor: officer, now });
    if (isRefused(decision)) return undefined;
    return decision.events.reduce<Application | undefined>(
      (state, event) => evolve(state, event, { actor: officer, occurredAt: now.toString() }),
      application,
    );
  };
  const submitted = after(undefined, {
    type: 'submit',
    data: {
      service: service.id,
      office: 'mall',
      applicant: { id: 'applicant', name: 'Pemohon' },
      channel: 'counter',
      data: {},
    },
  });
  const open = submitted ? [submitted] : [];
  const seen = new Set<string>();
  const steps: Step[] = [];
  // A list that grows while it is walked.
  for (const application of open) {
    const key = JSON.stringify(application.value);
    if (seen.has(key) || application.ended) continue;
    seen.add(key);
    for (const action of service.actionNames) {
      const command: ApplicationCommand = { type: 'take-step', data: { action } };
      const next = after(application, command);
      if (!next) continue;
      open.push(next);
      // What was done before is not to weigh on what is measured.
      const fresh = { ...application, steps: [] };
      steps.push({ application: fresh, command, actor: officer, event: { type: action } });
    }
  }
  return { steps, calendars };
}

type Config = { on?: Record<string, object[]>; onDone?: object[]; states?: Record<string, Config> };

/** The service's machine as XState alone would have it: states and targets, no guards. */
export function withoutGuards(service: CompiledService): AnyStateMachine {
  const bare = ({ on, onDone, states, ...rest }: Config): Config => {
    const unguarded = (moves: object[]) =>
      moves.map((move) => ('target' in move ? { target: move.target } : {}));
    const inner = Object.entries(states ?? {}).map(([key, config]) => [key, bare(config)]);
    return {
      ...rest,
      on: Object.fromEntries(
        Object.entries(on ?? {}).map(([name, moves]) => [name, unguarded(moves)]),
      ),
      ...(onDone ? { onDone: unguarded(onDone) } : {}),
      ...(states ? { states: Object.fromEntries(inner) } : {}),
    };
  };
  return createMachine({ ...bare(service.machine.config as Config), context: {} } as object);
}

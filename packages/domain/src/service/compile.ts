import { createMachine, type AnyStateMachine } from 'xstate';
import { z } from 'zod';
import type { Actor } from '../actor.ts';
import { accessUnmet } from '../application/access.ts';
import type { Application } from '../application/application.ts';
import type { Localized } from '../names.ts';
import type { Duration } from '../sla/duration.ts';
import type { ServiceDefinition } from './definition.ts';
import { expressionCompiler } from './expression.ts';
import { feeByData, type FeeByData } from './fee-table.ts';
import { fieldSchema } from './form.ts';
import { compileOutputs, type CompiledOutput } from './outputs.ts';
import { guardCompiler, type CompiledGuard } from './guard-evaluation.ts';
import type {
  ActionDefinition,
  ClockMode,
  DeadlineDefinition,
  StateDefinition,
} from './workflow.ts';

/** An action as offered in one state. */
export type CompiledAction = {
  name: string;
  title: Localized;
  /** Path of the state that defines it; empty for the whole workflow. */
  source: string;
  /** The unit whose officers take it. */
  unit: string;
  definition: ActionDefinition;
  guard: CompiledGuard | undefined;
  branches: { guard: CompiledGuard | undefined }[];
};

/** A state of the workflow, with what it inherits made explicit. */
export type CompiledState = {
  path: string;
  title: Localized;
  unit: string;
  clock: ClockMode;
  standard?: Duration;
  /** How the standard counts when the file comes back: anew, or on. */
  reentry: 'restart' | 'continue';
  deadline?: DeadlineDefinition;
  type: 'atomic' | 'compound' | 'parallel' | 'final';
  outcome?: string;
  /** What can be done while this state is active: its own actions, then those of its parents. */
  actions: CompiledAction[];
};

/** A version of a service definition, ready to decide with. Immutable; safe to cache by digest. */
export type CompiledService = {
  id: string;
  version: number;
  digest: string;
  definition: ServiceDefinition;
  machine: AnyStateMachine;
  states: ReadonlyMap<string, CompiledState>;
  /** Every action name of the workflow. */
  actionNames: ReadonlySet<string>;
  /** Schema of the form as submitted: required fields are there, no others are. */
  form: z.ZodType<Record<string, unknown>>;
  fields: ReadonlyMap<string, z.ZodType>;
  /** What it produces, by name. */
  outputs: ReadonlyMap<string, CompiledOutput>;
  /** The fee that submission itself decides: a fixed one, or that of a decision table. */
  feeByData: FeeByData;
};

/** What the machine sees: the facts, with the step's own data already in them. */
export type MachineContext = { application: Application };
/** What the machine is asked: the action, and who takes it. */
export type MachineEvent = { type: string; actor: Actor };

/** What the machine says of a move that it takes: the outputs issued with it. */
export type TransitionMeta = { issues: string[] };

/**
 * Compiles a definition that `checkDefinition` has accepted.
 *
 * @throws Error when an expression does not compile: such a definition must not be published
 */
export function compileService(
  definition: ServiceDefinition,
  { version, digest }: { version: number; digest: string },
): CompiledService {
  const expressions = expressionCompiler(definition.form);
  const guards = guardCompiler(definition, expressions);
  const states = new Map<string, CompiledState>();
  const actionNames = new Set<string>();
  const machineId = 'workflow';

  /** Targets written for the whole workflow have no siblings: they name a state from the root. */
  const target = (to: string, source: string) => {
    if (to.startsWith('#')) return `#${machineId}.${to.slice(1)}`;
    return source === '' ? `#${machineId}.${to}` : to;
  };

  const compileActions = (
    source: string,
    unit: string,
    on: Record<string, ActionDefinition> = {},
  ): CompiledAction[] =>
    Object.entries(on).map(([name, action]) => {
      actionNames.add(name);
      return {
        name,
        title: action.title ?? { id: name, en: name },
        source,
        unit,
        definition: action,
        guard: action.guard && guards(action.guard),
        branches: (action.branches ?? [{ guard: undefined }]).map((branch) => ({
          guard: branch.guard && guards(branch.guard),
        })),
      };
    });

  const transitions = (actions: CompiledAction[]) =>
    Object.fromEntries(
      actions.map((action) => [
        action.name,
        branchesOf(action.definition).map((branch, index) => ({
          ...(branch.target === undefined ? {} : { target: target(branch.target, action.source) }),
          meta: { issues: branch.issues } satisfies TransitionMeta,
          guard: ({ context, event }: { context: MachineContext; event: MachineEvent }) => {
            const subject = { application: context.application, actor: event.actor };
            return (
              accessUnmet(
                subject.application,
                event.actor,
                action.definition.roles,
                action.unit,
              ) === undefined &&
              action.guard?.(subject) === undefined &&
              action.branches[index]?.guard?.(subject) === undefined
            );
          },
        })),
      ]),
    );

  const automatic = (source: string, moves: StateDefinition['onDone'] = []) =>
    moves.map((move) => {
      const guard = move.guard && guards(move.guard);
      return {
        target: target(move.target, source),
        guard: ({ context }: { context: MachineContext }) =>
          guard?.({ application: context.application, actor: undefined }) === undefined,
      };
    });

  const compileStates = (
    nodes: Record<string, StateDefinition>,
    parent: { path: string; unit: string; clock: ClockMode; actions: CompiledAction[] },
  ): Record<string, object> =>
    Object.fromEntries(
      Object.entries(nodes).map(([key, node]) => {
        const path = parent.path === '' ? key : `${parent.path}.${key}`;
        const unit = node.unit ?? parent.unit;
        const type = node.type ?? (node.states ? 'compound' : 'atomic');
        const clock = node.clock ?? (type === 'final' ? 'stopped' : parent.clock);
        const own = compileActions(path, unit, node.on);
        const actions = [...own, ...parent.actions];
        states.set(path, {
          path,
          title: node.title ?? { id: key, en: key },
          unit,
          clock,
          type,
          actions,
          reentry: node.reentry ?? 'restart',
          ...(node.standard ? { standard: node.standard } : {}),
          ...(node.deadline ? { deadline: node.deadline } : {}),
          ...(node.outcome ? { outcome: node.outcome } : {}),
        });
        const config = {
          ...(type === 'parallel' || type === 'final' ? { type } : {}),
          ...(node.initial ? { initial: node.initial } : {}),
          ...(node.states
            ? { states: compileStates(node.states, { path, unit, clock, actions }) }
            : {}),
          on: transitions(own),
          ...(node.always ? { always: automatic(path, node.always) } : {}),
          ...(node.onDone ? { onDone: automatic(path, node.onDone) } : {}),
        };
        return [key, config];
      }),
    );

  const { workflow } = definition;
  const everywhere = compileActions('', definition.unit, workflow.on);
  const machine = createMachine({
    id: machineId,
    initial: workflow.initial,
    context: ({ input }) => input,
    on: transitions(everywhere),
    states: compileStates(workflow.states, {
      path: '',
      unit: definition.unit,
      clock: 'running',
      actions: everywhere,
    }),
  } as Parameters<typeof createMachine>[0]);

  const fields = new Map(
    Object.entries(definition.form).map(([field, spec]) => [field, fieldSchema(spec)]),
  );
  const form = z.strictObject(
    Object.fromEntries(
      Object.entries(definition.form).map(([field, spec]) => {
        const schema = fields.get(field) ?? z.never();
        return [field, spec.required ? schema : schema.optional()];
      }),
    ),
  );
  return {
    id: definition.id,
    version,
    digest,
    definition,
    machine,
    states,
    actionNames,
    form,
    fields,
    outputs: compileOutputs(definition.outputs),
    feeByData: feeByData(definition, expressions),
  };
}

/** The ways an action can lead; what it issues, each of them does. */
function branchesOf({ branches, target, issues = [] }: ActionDefinition) {
  return (branches ?? [{ target, issues: [] }]).map((branch) => ({
    target: branch.target,
    issues: [...new Set([...issues, ...(branch.issues ?? [])])],
  }));
}

/** The innermost active states of an application, as the definition describes them. */
export function stateOf(service: CompiledService, path: string): CompiledState {
  const state = service.states.get(path);
  if (!state) {
    throw new Error(`service ${service.id} version ${service.version} has no state "${path}"`);
  }
  return state;
}

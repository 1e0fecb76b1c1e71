import { z } from 'zod';
import { localized, name, fieldName } from '../names.ts';
import { duration, type Duration } from '../sla/duration.ts';
import { fieldValue } from './form.ts';
import { guard, type Guard } from './guard.ts';
import type { Localized } from '../names.ts';

/**
 * What XState offers and a service definition may not use, each with the reason and the way out.
 * The workflow stays a pure table of who may move a file where; everything else is an event.
 */
export const excludedFromWorkflow: Readonly<Record<string, string>> = {
  after:
    'deadlines are never in the machine: give the state a `standard`; the SLA worker acts on it',
  delay: 'deadlines are never in the machine: give the state a `standard`',
  invoke: 'a definition starts nothing: workers react to events instead',
  spawn: 'a definition starts nothing: workers react to events instead',
  entry: 'a definition runs no code: what happened is folded from events',
  exit: 'a definition runs no code: what happened is folded from events',
  actions:
    'a definition runs no code: name the fields an action may set in `sets` or fix them in `set`',
  assign:
    'a definition runs no code: name the fields an action may set in `sets` or fix them in `set`',
  context: 'the facts come from events: declare fields under `form`',
  history: 'a step records the state it leads to: name that state as the target',
  output: 'give the final state an `outcome`',
  activities: 'a definition starts nothing: workers react to events instead',
};

/** Where a transition leads: a sibling state (`verification`) or any state from the root (`#review.health`). */
const target = z
  .string()
  .regex(/^(#[a-z0-9-]+(\.[a-z0-9-]+)*|[a-z][a-z0-9-]*)$/, {
    error: 'must name a sibling state ("verification") or a state from the root ("#review.health")',
  })
  .describe('Where it leads: a sibling state, or any state from the root: `#review.health`.');

/** Outputs that a step gives out. */
const issues = z
  .array(name)
  .min(1, { error: 'name at least one output, or leave it out' })
  .max(20)
  .optional()
  .describe('Outputs of the service that are issued with this step; each once to an application.');

/** More time for the service's promise, which the law allows to be taken once the reason is told. */
const extension = z
  .strictObject({
    by: duration,
    legalGround: localized.describe('What allows the extension: a law and its article.'),
    atMost: z.int().min(1).max(10).default(1).describe('How often it may be granted.'),
  })
  .describe("Extends the service's promised time. Only before the time is over.");

/** A step that the engine takes by itself. */
const deadline = z
  .strictObject({
    after: duration.describe('How long the file may lie in this state, whatever the clock does.'),
    take: name.describe('The action, which the role `system` may take.'),
    legalGround: localized.describe('What entitles the office to it; it stands in the record.'),
  })
  .describe('A step that the engine takes by itself when the file has lain here so long.');
export type DeadlineDefinition = z.infer<typeof deadline>;

/** Where an action leads when its guard is met; the first of several that is met is taken. */
const branch = z.strictObject({ target: target.optional(), guard: guard.optional(), issues });

/** An action somebody takes on the file. Without a target the file stays where it is. */
export const action = z
  .strictObject({
    title: localized.optional(),
    roles: z
      .array(name)
      .min(1, { error: 'name at least one role that may take this action' })
      .describe('Who may take it, in the unit of the state.'),
    guard: guard.optional(),
    target: target.optional(),
    branches: z
      .array(branch)
      .min(1)
      .max(20)
      .optional()
      .describe('Tried in order; the first whose guard is met is taken.'),
    sets: z
      .array(fieldName)
      .default([])
      .describe('Form fields that the action may set; anything else sent with it is refused.'),
    set: z
      .record(fieldName, fieldValue)
      .default({})
      .describe('Form fields that the action always sets, with their values.'),
    issues,
    extends: extension.optional(),
    comment: z
      .enum(['required', 'optional'])
      .default('optional')
      .describe('Whether a comment must be given, as when a file is returned or refused.'),
  })
  .refine((value) => value.target === undefined || value.branches === undefined, {
    error: 'has both a target and branches; use one of them',
    path: ['branches'],
  })
  .meta({
    id: 'WorkflowAction',
    description:
      'An action somebody takes on the file. Without a target the file stays where it is.',
  });

/** A move that follows by itself: when a parallel review is done, or a routing state is reached. */
const automatic = z.strictObject({ target, guard: guard.optional() });

const oneOrMore = <T extends z.ZodType>(schema: T) =>
  z
    .union([schema, z.array(schema).min(1)], {
      error: 'must be a move, like `{ target: decision }`, or a list of moves',
    })
    .transform((value) => (Array.isArray(value) ? value : [value]));

export const stateNode = z
  .strictObject({
    title: localized.optional(),
    unit: name
      .optional()
      .describe("The unit whose officers act here; the service's, or that of the state around it."),
    clock: z
      .enum(['running', 'paused', 'stopped'])
      .optional()
      .describe('Whether the promised time counts here: `running`, or as in the state around it.'),
    standard: duration.optional().describe('How long the file may stay in this state.'),
    reentry: z
      .enum(['restart', 'continue'])
      .optional()
      .describe('How the standard counts when the file comes back: anew (if left out), or on.'),
    deadline: deadline.optional(),
    type: z
      .enum(['atomic', 'compound', 'parallel', 'final'], {
        error: (issue) =>
          issue.input === 'history'
            ? `history states are not allowed: ${excludedFromWorkflow.history}`
            : 'must be atomic, compound, parallel or final',
      })
      .optional()
      .describe(
        '`parallel` lets several units work at once; `final` is an end. Otherwise left out.',
      ),
    outcome: name.optional().describe('How the application ended; for final states.'),
    initial: name.optional().describe('The inner state that begins.'),
    on: z.record(name, action).optional().describe('What somebody may do here, by name.'),
    always: oneOrMore(automatic)
      .optional()
      .describe('Moves that follow by themselves, for a state that only routes by guards.'),
    onDone: oneOrMore(automatic)
      .optional()
      .describe('What follows when the inner states have ended.'),
    get states() {
      return z.record(name, stateNode).optional().describe('Inner states, or parallel regions.');
    },
  })
  .meta({ id: 'WorkflowState', description: 'A place where the file lies.' });

/** The workflow of a service: an XState machine configuration with what each part means to the office. */
export const workflow = z.strictObject({
  initial: name.describe('The state in which every application begins.'),
  states: z.record(name, stateNode),
  on: z
    .record(name, action)
    .optional()
    .describe('Actions possible in every state, such as withdrawing.'),
});

export type ActionDefinition = z.infer<typeof action>;
export type WorkflowDefinition = z.infer<typeof workflow>;
export type AutomaticDefinition = { target: string; guard?: Guard | undefined };
export type StateDefinition = {
  title?: Localized | undefined;
  unit?: string | undefined;
  clock?: ClockMode | undefined;
  standard?: Duration | undefined;
  reentry?: 'restart' | 'continue' | undefined;
  deadline?: DeadlineDefinition | undefined;
  type?: 'atomic' | 'compound' | 'parallel' | 'final' | undefined;
  outcome?: string | undefined;
  initial?: string | undefined;
  on?: Record<string, ActionDefinition> | undefined;
  always?: AutomaticDefinition[] | undefined;
  onDone?: AutomaticDefinition[] | undefined;
  states?: Record<string, StateDefinition> | undefined;
};
export type ClockMode = 'running' | 'paused' | 'stopped';

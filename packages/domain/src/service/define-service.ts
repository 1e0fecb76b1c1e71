import type { z } from 'zod';
import type { Localized } from '../names.ts';
import type { ServiceDefinitionInput } from './definition.ts';
import type { templatedWorkflow } from './template.ts';

/**
 * Types a service that is written in TypeScript, and gives it back as it is: states, targets, form
 * fields, documents and actions are those that the definition itself has, so an editor completes them
 * and a wrong one does not compile. `satu-atap check` judges the rest, as it does for YAML.
 *
 * @example
 *   export default defineService({ id: 'dlh.penebangan-pohon', kind: 'permit', … });
 */
export function defineService<const Written>(
  definition: NoInfer<Checked<Written>> & OnlyToInfer<Written>,
): WrittenService {
  return definition as WrittenService;
}

/** A service as one writes it: before defaults, and before a template is laid out. */
export type WrittenService = ServiceWith<DrawnWorkflow | TemplatedWorkflow>;

type ServiceWith<Workflow> = ReadonlyDeep<Omit<ServiceDefinitionInput, 'workflow'>> & {
  readonly workflow: Workflow;
};
type DrawnWorkflow = ReadonlyDeep<ServiceDefinitionInput['workflow']>;
type TemplatedWorkflow = ReadonlyDeep<z.input<typeof templatedWorkflow>>;
type ReadonlyDeep<T> = T extends object ? { readonly [K in keyof T]: ReadonlyDeep<T[K]> } : T;

/**
 * A definition is inferred through this, which is unknown in the end, and measured by what it stands
 * beside: so an error says what is allowed. Measured by itself, what is wrong would be never.
 */
type OnlyToInfer<W> = [W] extends [never] ? W : unknown;

type Checked<W> = ServiceWith<
  WorkflowOf<W> extends { readonly template: unknown } ? TemplatedWorkflow : CheckedWorkflow<W>
>;

/** What a definition names, for its parts to refer to. */
type Names<W> = {
  fields: FieldsOf<W>;
  documents: KeysOf<W, 'documents'>;
  outputs: KeysOf<W, 'outputs'>;
  actions: KeysOf<WorkflowOf<W>, 'on'> | ActionsOf<StatesOf<WorkflowOf<W>>>;
  /** States from the root, as targets name them. */
  rooted: `#${PathsOf<StatesOf<WorkflowOf<W>>>}`;
};

type CheckedWorkflow<W> = {
  readonly initial: KeysOf<WorkflowOf<W>, 'states'>;
  readonly states: CheckedStates<StatesOf<WorkflowOf<W>>, Names<W>>;
  readonly on?: CheckedActions<
    Part<WorkflowOf<W>, 'on'>,
    KeysOf<WorkflowOf<W>, 'states'> | Names<W>['rooted'],
    Names<W>
  >;
};

type AnyNames = {
  fields: object;
  documents: string;
  outputs: string;
  actions: string;
  rooted: string;
};

type CheckedStates<States, N extends AnyNames> = {
  readonly [K in keyof States]: CheckedState<States[K], (keyof States & string) | N['rooted'], N>;
};

type CheckedState<State, Target extends string, N extends AnyNames> = ReadonlyDeep<
  Omit<StateInput, 'initial' | 'on' | 'always' | 'onDone' | 'states'>
> & {
  readonly initial?: KeysOf<State, 'states'>;
  readonly on?: CheckedActions<Part<State, 'on'>, Target, N>;
  readonly always?: Moves<Target, N>;
  readonly onDone?: Moves<Target, N>;
  readonly states?: CheckedStates<StatesOf<State>, N>;
};

type CheckedActions<Actions, Target extends string, N extends AnyNames> = {
  readonly [K in keyof Actions]: ReadonlyDeep<
    Omit<ActionInput, 'target' | 'guard' | 'branches' | 'sets' | 'set' | 'issues'>
  > & {
    readonly target?: Target;
    readonly guard?: GuardOf<N>;
    readonly branches?: readonly { readonly target?: Target; readonly guard?: GuardOf<N> }[];
    readonly issues?: readonly N['outputs'][];
    readonly sets?: readonly (keyof N['fields'])[];
    readonly set?: { readonly [F in keyof N['fields']]?: N['fields'][F] };
  };
};

type Moves<Target extends string, N extends AnyNames> =
  | Move<Target, N>
  | readonly Move<Target, N>[];
type Move<Target extends string, N extends AnyNames> = {
  readonly target: Target;
  readonly guard?: GuardOf<N>;
};

type GuardOf<N extends AnyNames> =
  | {
      readonly name: 'documents-attached' | 'requirements-verified';
      readonly documents?: readonly N['documents'][];
    }
  | { readonly name: 'fee-assessed' | 'fee-paid' }
  | { readonly name: 'not-the-same-officer'; readonly as: readonly N['actions'][] }
  | { readonly name: 'condition'; readonly expression: string; readonly message?: Localized }
  | { readonly all: readonly GuardOf<N>[] }
  | { readonly any: readonly GuardOf<N>[] }
  | { readonly not: GuardOf<N> };

type StateInput = ServiceDefinitionInput['workflow']['states'][string];
type ActionInput = NonNullable<StateInput['on']>[string];

type Part<T, Key extends string> = T extends { readonly [K in Key]: infer P } ? P : {};
type KeysOf<T, Key extends string> = keyof Part<T, Key> & string;
type WorkflowOf<W> = Part<W, 'workflow'>;
type StatesOf<T> = Part<T, 'states'>;

type FieldsOf<W> = {
  readonly [F in KeysOf<W, 'form'>]: ValueOf<Part<W, 'form'>[F & keyof Part<W, 'form'>]>;
};
type ValueOf<Field> = Field extends { readonly type: 'choice'; readonly options: infer Options }
  ? Options[number & keyof Options]
  : Field extends { readonly type: 'boolean' }
    ? boolean
    : Field extends { readonly type: 'text' | 'date' }
      ? string
      : number;

type ActionsOf<States> = string extends keyof States
  ? string
  : {
      [K in keyof States]: KeysOf<States[K], 'on'> | ActionsOf<StatesOf<States[K]>>;
    }[keyof States];

type PathsOf<States> = string extends keyof States
  ? string
  : {
      [K in keyof States & string]: K | `${K}.${PathsOf<StatesOf<States[K]>>}`;
    }[keyof States & string];

import {
  canonicalJson,
  importedRole,
  serviceDefinition,
  type Duration,
  type ServiceDefinition,
} from '@satu-atap/domain';
import type { DirectlyFollows } from './directly-follows.ts';
import { readableNames, shownLabel } from './readable-names.ts';

/** What the check of a definition lets through, and what the store takes in one event. */
const most = { states: 498, actions: 5_000, bytes: 900_000 };

/** Names of its own, which no activity gets. */
const begun = 'begun';
const ended = 'ended';
/** The field by which the last step of a case says that it is the last. */
export const endsField = 'ends';

export type DiscoveredService = {
  definition: ServiceDefinition;
  /** Activity → the action that stands for it. */
  actions: ReadonlyMap<string, string>;
  /**
   * `directly-follows`: a state after each activity. `activities`: one state in which any of them may
   * happen, where the graph is larger than a definition may be.
   */
  model: 'directly-follows' | 'activities';
};

type DiscoveryOptions = {
  /** `imported.receipt`. */
  id: string;
  unit: string;
  /** The file's name. */
  title: string;
  /** Promised to each case, so that its clock runs from the first event to the last. */
  standard?: Duration | undefined;
};

/**
 * A definition that allows exactly the steps that follow each other in the log: every case of it
 * conforms, by construction. Each activity is an action and the state after it; where some cases end
 * and others go on, the step says whether it was the last. Without a standard no clock runs.
 */
export function discoveredService(
  graph: DirectlyFollows,
  options: DiscoveryOptions,
): DiscoveredService {
  const actions = readableNames(graph.activities.keys(), [begun, ended]);
  const fits = actions.size <= most.states && graph.edgeCount + graph.starts.size <= most.actions;
  if (fits) {
    for (const titled of [true, false]) {
      const definition = definitionOf(graph, actions, options, followingStates, titled);
      if (sizeOf(definition) <= most.bytes)
        return { definition, actions, model: 'directly-follows' };
    }
  }
  const titled = sizeOf(definitionOf(graph, actions, options, oneState, true)) <= most.bytes;
  const definition = definitionOf(graph, actions, options, oneState, titled);
  return { definition, actions, model: 'activities' };
}

type Written = Record<string, unknown>;
type States = (
  graph: DirectlyFollows,
  actions: ReadonlyMap<string, string>,
  action: (activity: string, target?: string) => Written,
) => Written;

function definitionOf(
  graph: DirectlyFollows,
  actions: ReadonlyMap<string, string>,
  { id, unit, title, standard }: DiscoveryOptions,
  states: States,
  titled: boolean,
): ServiceDefinition {
  const ends = graph.ends;
  const action = (activity: string, target?: string) => ({
    ...(titled ? { title: titleOf(activity) } : {}),
    roles: [importedRole],
    ...(target === undefined ? {} : { target }),
    ...(ends.has(activity) ? { sets: [endsField] } : {}),
  });
  const found = states(graph, actions, action);
  const name = shownLabel(title);
  const clock = standard ? {} : { clock: 'stopped' };
  return serviceDefinition.parse({
    id,
    kind: 'non-permit',
    unit,
    title: { id: `Riwayat ${name}`, en: `History of ${name}` },
    description: {
      id: `Ditemukan dari ${graph.cases} kasus dan ${graph.events} peristiwa.`,
      en: `Discovered from ${graph.cases} cases and ${graph.events} events.`,
    },
    standard: {
      time: standard ?? { amount: 1, unit: 'calendar-days' },
      ...(standard ? {} : { note: 'Nothing was promised: its clock never runs.' }),
    },
    submittedBy: [importedRole],
    form: {
      [endsField]: {
        type: 'boolean',
        title: { id: 'Langkah terakhir kasus', en: 'Last step of the case' },
        enteredBy: 'officer',
      },
    },
    workflow: {
      initial: begun,
      states: {
        ...Object.fromEntries(
          Object.entries(found).map(([key, state]) => [key, { ...(state as object), ...clock }]),
        ),
        [ended]: {
          type: 'final',
          outcome: ended,
          title: { id: 'Berakhir', en: 'Ended' },
        },
      },
    },
  });
}

const isLast = {
  target: ended,
  guard: { name: 'condition', expression: `data.${endsField} == true` },
};

/** A state after each activity; from there, what followed it in some case. */
const followingStates: States = (graph, actions, action) => {
  const followers = Map.groupBy(graph.edges(), ({ from }) => from);
  const named = (activity: string) => actions.get(activity) ?? '';
  const leadingTo = (activities: Iterable<string>) =>
    Object.fromEntries(
      [...activities].map((activity) => [named(activity), action(activity, named(activity))]),
    );
  return {
    [begun]: beginning(graph, leadingTo(graph.starts.keys())),
    ...Object.fromEntries(
      [...graph.activities.keys()].map((activity) => {
        const next = (followers.get(activity) ?? []).map(({ to }) => to);
        const always = !graph.ends.has(activity)
          ? {}
          : { always: next.length > 0 ? [isLast] : [{ target: ended }] };
        const on = next.length > 0 ? { on: leadingTo(next) } : {};
        return [named(activity), { title: titleOf(activity), ...on, ...always }];
      }),
    ),
  };
};

/** One state, in which every activity may happen at any time. */
const oneState: States = (graph, actions, action) => {
  const on = [...actions].map(([activity, name]) => [name, action(activity)]);
  return { [begun]: { ...beginning(graph, Object.fromEntries(on)), always: [isLast] } };
};

/** Cases without events need a way to end, too, or no case could. */
function beginning(graph: DirectlyFollows, on: Written): Written {
  const closing = { close: { roles: [importedRole], target: ended } };
  return {
    title: { id: 'Mulai', en: 'Begun' },
    on: graph.activities.size > 0 ? on : closing,
  };
}

function titleOf(activity: string) {
  const text = shownLabel(activity);
  return { id: text, en: text };
}

/** In bytes, as the store holds it. */
function sizeOf(definition: ServiceDefinition): number {
  return Buffer.byteLength(canonicalJson(definition));
}

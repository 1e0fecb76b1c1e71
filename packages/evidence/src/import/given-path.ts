import {
  evolve,
  isRefused,
  stateOf,
  stepOfLog,
  submittedState,
  type Application,
  type ApplicationEvent,
  type CompiledAction,
  type CompiledService,
} from '@satu-atap/domain';
import { plainName } from '../discovery/readable-names.ts';
import { actorOf } from './acting.ts';
import type { EventFacts } from './case-facts.ts';
import type { CasePath, CaseStep, Deviation, PathFinder } from './case-path.ts';

/** The instant of steps while their way is sought: no workflow asks for it. */
const sometime = '1970-01-01T00:00:00Z';

/**
 * The way of cases through a definition that was given: its workflow is asked about every step. A step
 * that it refuses is a deviation, recorded as it happened: it leads where the action leads elsewhere, or
 * nowhere. A guard that asks for what no log says (papers, fees) refuses nothing; nobody can check it.
 *
 * @param mapped activity → action, above what names and titles say
 */
export function givenPath(
  service: CompiledService,
  office: string,
  mapped: ReadonlyMap<string, string>,
): PathFinder {
  const known = new Map<string, readonly string[]>();
  const actionsFor = (activity: string): readonly string[] => {
    const before = known.get(activity);
    if (before) return before;
    const chosen = mapped.get(activity);
    const found = chosen === undefined ? actionsNamed(service, activity) : [chosen];
    known.set(activity, found);
    return found;
  };
  const begun = begin(service, office);

  return (facts): CasePath => {
    let application = begun;
    const steps: CaseStep[] = [];
    const deviations: Deviation[] = [];
    for (const [index, event] of facts.events.entries()) {
      const { step, why } = stepFor(service, application, event, actionsFor(event.activity));
      const { activity } = event;
      if (why) deviations.push({ case: facts.name, event: index + 1, activity, why });
      steps.push(step);
      const { unit: _unit, ...data } = step;
      const taken: ApplicationEvent = { type: 'StepTaken', data };
      application = evolve(application, taken, { actor: { id: '' }, occurredAt: sometime });
    }
    return { initial: begun.state, steps, deviations };
  };
}

function begin(service: CompiledService, office: string): Application {
  const { id, version, digest } = service;
  const data = {
    office,
    service: { id, version, digest },
    applicant: { id: 'imported', name: 'imported' },
    channel: 'counter' as const,
    data: {},
    state: submittedState(service, office),
  };
  const circumstances = { occurredAt: sometime, actor: { id: '' } };
  return evolve(undefined, { type: 'ApplicationSubmitted', data }, circumstances);
}

function stepFor(
  service: CompiledService,
  application: Application,
  event: EventFacts,
  actions: readonly string[],
): { step: CaseStep; why?: Deviation['why'] } {
  const from = application.value;
  const { office } = application;
  let refusal: Deviation['why'] | undefined;
  for (const action of actions) {
    const actor = actorOf(event.attributes, { unit: service.definition.unit, office });
    const next = stepOfLog(service, application, { action }, actor);
    if (!isRefused(next)) {
      const { value: to, outcome, unit } = next;
      const step = { action, from, to, unit };
      return { step: outcome === undefined ? step : { ...step, outcome } };
    }
    refusal ??= next.refusal;
    if (next.refusal.type === 'guard-not-met') {
      refusal = next.refusal;
      break;
    }
  }
  const known = anywhere(service, actions);
  const unit = known?.unit ?? service.definition.unit;
  if (!known) {
    const step = { action: plainName(event.activity), from, to: from, unit };
    return { step, why: { type: 'no-action' } };
  }
  const to = ledTo(service, known);
  const step: CaseStep = { action: known.name, from, to: to?.path ?? from, unit };
  if (to?.type === 'final') step.outcome = to.outcome ?? to.path;
  if (!refusal || refusal.type === 'guard-not-met') return { step };
  return { step, why: refusal };
}

/** The action as any state offers it. */
function anywhere(service: CompiledService, names: readonly string[]): CompiledAction | undefined {
  for (const { actions } of service.states.values()) {
    const found = actions.find(({ name }) => names.includes(name));
    if (found) return found;
  }
  return undefined;
}

/** The state to which the action leads by itself, where that is one without states around or inside. */
function ledTo(service: CompiledService, { definition, source }: CompiledAction) {
  const target = definition.target ?? definition.branches?.[0]?.target;
  const path = target?.replace(/^#/, '');
  if (path === undefined || path.includes('.') || source.includes('.')) return undefined;
  const state = service.states.has(path) ? stateOf(service, path) : undefined;
  return state?.type === 'atomic' || state?.type === 'final' ? state : undefined;
}

/** Actions that bear the activity's name, or have it as a title. */
function actionsNamed(service: CompiledService, activity: string): string[] {
  const wanted = activity.trim().toLowerCase();
  const all = [...service.states.values()].flatMap(({ actions }) => actions);
  const titled = all.filter(({ title }) =>
    [title.id, title.en].some((text) => text.trim().toLowerCase() === wanted),
  );
  const named = all.filter(({ name }) => name === wanted || name === plainName(activity));
  return [...new Set([...named, ...titled].map(({ name }) => name))];
}

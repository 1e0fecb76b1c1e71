import type { StateValue } from '@satu-atap/domain';
import { endsField, type DiscoveredService } from '../discovery/discovered-definition.ts';
import type { PathFinder } from './case-path.ts';

/** The way of cases through the definition that was discovered from them: it allows every step. */
export function discoveredPath({ definition, actions, model }: DiscoveredService): PathFinder {
  const { unit, workflow } = definition;
  return ({ events }) => {
    let from: StateValue = workflow.initial;
    const steps = events.map(({ activity }, index) => {
      const action = actions.get(activity);
      if (action === undefined) throw new Error(`"${activity}" was not discovered`);
      const ends = index === events.length - 1;
      const next = model === 'directly-follows' ? action : workflow.initial;
      const step = { action, from, to: ends ? 'ended' : next, unit };
      from = next;
      return ends ? { ...step, data: { [endsField]: true }, outcome: 'ended' } : step;
    });
    return { initial: workflow.initial, steps, deviations: [] };
  };
}

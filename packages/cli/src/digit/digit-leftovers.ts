import { nameOf } from './digit-graph.ts';
import type { DigitService, DigitState } from './digit-service.ts';

/** What a DIGIT service says for which a definition has other words, or none. */
export function leftovers({ tenantId, unknown, states }: DigitService): string[] {
  const said: string[] = [];
  const actions = states.flatMap((state) => state.actions);
  const tenants = new Set(
    [
      tenantId,
      ...states.map((state) => state.tenantId),
      ...actions.map((one) => one.tenantId),
    ].filter((tenant) => tenant !== null),
  );
  if (tenants.size > 0) {
    said.push(`tenantId ${[...tenants].join(', ')}: offices take the place of tenants.`);
  }
  const uploads = states.filter(({ docUploadRequired }) => docUploadRequired);
  if (uploads.length > 0) {
    said.push(
      `docUploadRequired of ${names(uploads)}: name the \`documents\`, and ask for them in a guard.`,
    );
  }
  const updatable = states.filter(({ isStateUpdatable }) => isStateUpdatable);
  if (updatable.length > 0) {
    said.push(
      `isStateUpdatable of ${names(updatable)}: name the fields that an action may set in \`sets\`.`,
    );
  }
  const keys = new Set([
    ...unknown,
    ...states.flatMap((state) => state.unknown),
    ...actions.flatMap((action) => action.unknown),
  ]);
  if (keys.size > 0) said.push(`The keys ${[...keys].join(', ')}: they have no meaning here.`);
  if (actions.some(({ action }) => /PAY/i.test(action))) {
    said.push(
      'What is to be paid: a DIGIT workflow does not say it; set `fee`, and the guard fee-paid.',
    );
  }
  said.push(
    'The form and the documents: DIGIT keeps them outside the workflow; add `form` and `documents`.',
  );
  return said;
}

function names(states: readonly DigitState[]): string {
  return states.map(nameOf).join(', ');
}

import { nameOf } from './digit-graph.ts';
import type { ImportReport } from './digit-report.ts';
import type { DigitService, DigitState } from './digit-service.ts';

/** Reports what a DIGIT service says for which a definition has other words, or none. */
export function reportLeftovers(
  { tenantId, states }: DigitService,
  { notCarried }: ImportReport,
): void {
  const actions = states.flatMap((state) => state.actions);
  const tenants = new Set(
    [tenantId, ...[...states, ...actions].map((one) => one.tenantId)].filter((one) => one !== null),
  );
  if (tenants.size > 0) {
    notCarried.add(`tenantId ${[...tenants].join(', ')}: offices take the place of tenants`);
  }
  const reportStates = (those: readonly DigitState[], key: string, instead: string) => {
    if (those.length === 0) return;
    const names = those.map(nameOf).join(', ');
    notCarried.add(`${key} of ${names}: ${instead}`, ...those.map(({ line }) => line));
  };
  reportStates(
    states.filter(({ docUploadRequired }) => docUploadRequired),
    'docUploadRequired',
    'name the `documents`, and ask for them in a guard',
  );
  reportStates(
    states.filter(({ isStateUpdatable }) => isStateUpdatable),
    'isStateUpdatable',
    'name the fields that an action may set in `sets`',
  );
  const paying = actions.filter(({ action }) => /PAY/i.test(action));
  if (paying.length > 0) {
    notCarried.add(
      'What is to be paid: a DIGIT workflow does not say it; set `fee`, and the guard fee-paid',
      ...paying.map(({ line }) => line),
    );
  }
  notCarried.add(
    'The form and the documents: DIGIT keeps them outside the workflow; add `form` and `documents`',
  );
}

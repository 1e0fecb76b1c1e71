import type { z } from 'zod';
import type { Localized } from '../../names.ts';
import type { Guard } from '../guard.ts';
import type { workflow } from '../workflow.ts';

export type Workflow = z.input<typeof workflow>;
export type State = Workflow['states'][string];
export type Action = NonNullable<State['on']>[string];

/** Where an action leads: to one state, or to the first whose condition the form meets. */
export type Lead = Pick<Action, 'target' | 'branches'>;

/** What a template must know of the service that it is laid out for. */
export type ServiceFacts = {
  hasFee: boolean;
  /** Whether an officer has to say what is to be paid, before the file is at the cashier's. */
  isAssessed: boolean;
  asksForDocuments: boolean;
  /** The fields that the applicant filled in, and may correct when the file comes back. */
  correctable: readonly string[];
};

export const text = (id: string, en: string): Localized => ({ id, en });

export const end = (title: Localized, outcome: string): State => ({
  title,
  type: 'final',
  outcome,
});

export const withdraw: Action = {
  title: text('Cabut permohonan', 'Withdraw the application'),
  roles: ['applicant'],
  target: 'withdrawn',
};

export const withdrawn = end(text('Dicabut pemohon', 'Withdrawn'), 'withdrawn');

export const returnToApplicant = (role: string, target = 'returned'): Action => ({
  title: text('Kembalikan ke pemohon', 'Return to the applicant'),
  roles: [role],
  comment: 'required',
  target,
});

/** The action is not for whoever took one of these before. */
export const fourEyes = (handledBy: readonly string[]): { guard?: Guard } =>
  handledBy.length > 0 ? { guard: { name: 'not-the-same-officer', as: [...handledBy] } } : {};

/** The action waits for the papers, where the service asks for any. */
export const papers = (
  name: 'documents-attached' | 'requirements-verified',
  { asksForDocuments }: ServiceFacts,
): { guard?: Guard } => (asksForDocuments ? { guard: { name } } : {});

/** Where the file waits for the fee, while the clock stands still. */
export const payment = (lead: Lead): State => ({
  title: text('Menunggu pembayaran', 'Waiting for the payment'),
  clock: 'paused',
  on: {
    'confirm-payment': {
      title: text('Konfirmasi lunas', 'Confirm payment'),
      roles: ['cashier'],
      guard: { name: 'fee-paid' },
      ...lead,
    },
    withdraw,
  },
});

/** The way from a stage to the payment waits until somebody has said what is to be paid. */
export const assessing = (state: State): State => ({
  ...state,
  ...(state.on
    ? {
        on: Object.fromEntries(
          Object.entries(state.on).map(([name, action]) => [name, assessed(action)]),
        ),
      }
    : {}),
});

function assessed(action: Action): Action {
  if (action.target !== 'payment') return action;
  const guard: Guard = { name: 'fee-assessed' };
  return { ...action, guard: action.guard ? { all: [action.guard, guard] } : guard };
}

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
export type ServiceFacts = { hasFee: boolean; asksForDocuments: boolean };

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

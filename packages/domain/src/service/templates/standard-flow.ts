import type { z } from 'zod';
import type { Localized } from '../../names.ts';
import type { Guard } from '../guard.ts';
import type { workflow } from '../workflow.ts';

type Workflow = z.input<typeof workflow>;
type State = Workflow['states'][string];
type Action = NonNullable<State['on']>[string];

/** What comes after a stage, who has handled the file before it, and whether it has documents. */
type Place = { next: string; advised: string; handledBy: string[]; asksForDocuments: boolean };
type Stage = {
  /** Actions after which the same officer may not decide. */
  handledBy?: string[];
  state: (place: Place) => State;
};

const text = (id: string, en: string): Localized => ({ id, en });
const withdraw: Action = {
  title: text('Cabut permohonan', 'Withdraw the application'),
  roles: ['applicant'],
  target: 'withdrawn',
};
const returnToApplicant = (role: string): Action => ({
  title: text('Kembalikan ke pemohon', 'Return to the applicant'),
  roles: [role],
  comment: 'required',
  target: 'returned',
});
const fourEyes = (handledBy: string[]): { guard?: Guard } =>
  handledBy.length > 0 ? { guard: { name: 'not-the-same-officer', as: handledBy } } : {};

/** The stages that a file may pass, in their usual order. Their names are those of the states. */
const stages = {
  'front-desk-check': {
    handledBy: ['accept'],
    state: ({ next, asksForDocuments }) => ({
      title: text('Pemeriksaan loket', 'Front desk check'),
      on: {
        accept: {
          title: text('Terima berkas', 'Accept the file'),
          roles: ['front-desk'],
          ...(asksForDocuments ? { guard: { name: 'requirements-verified' } } : {}),
          target: next,
        },
        'return-to-applicant': returnToApplicant('front-desk'),
        withdraw,
      },
    }),
  },
  verification: {
    handledBy: ['verify'],
    state: ({ next }) => ({
      title: text('Verifikasi', 'Verification'),
      on: {
        verify: {
          title: text('Nyatakan benar', 'Verify'),
          roles: ['verifier'],
          target: next,
        },
        'return-to-applicant': returnToApplicant('verifier'),
        withdraw,
      },
    }),
  },
  'technical-review': {
    handledBy: ['recommend', 'advise-against'],
    state: ({ next, advised }) => ({
      title: text('Telaah teknis', 'Technical review'),
      on: {
        recommend: {
          title: text('Rekomendasikan', 'Recommend'),
          roles: ['technical-reviewer'],
          target: next,
        },
        'advise-against': {
          title: text('Tidak merekomendasikan', 'Advise against'),
          roles: ['technical-reviewer'],
          comment: 'required',
          target: advised,
        },
      },
    }),
  },
  decision: {
    state: ({ next, handledBy }) => ({
      title: text('Keputusan', 'Decision'),
      on: {
        approve: {
          title: text('Setujui', 'Approve'),
          roles: ['head-of-unit'],
          ...fourEyes(handledBy),
          target: next,
        },
        reject: {
          title: text('Tolak permohonan', 'Reject the application'),
          roles: ['head-of-unit'],
          ...fourEyes(handledBy),
          comment: 'required',
          target: 'rejected',
        },
      },
    }),
  },
  payment: {
    state: ({ next }) => ({
      title: text('Menunggu pembayaran', 'Waiting for the payment'),
      clock: 'paused',
      on: {
        'confirm-payment': {
          title: text('Konfirmasi lunas', 'Confirm payment'),
          roles: ['cashier'],
          guard: { name: 'fee-paid' },
          target: next,
        },
        withdraw,
      },
    }),
  },
  issuing: {
    state: ({ next }) => ({
      title: text('Penerbitan', 'Issuing'),
      on: {
        issue: { title: text('Terbitkan', 'Issue'), roles: ['verifier'], target: next },
      },
    }),
  },
  'ready-for-collection': {
    state: ({ next }) => ({
      title: text('Siap diambil', 'Ready for collection'),
      clock: 'stopped',
      on: {
        'hand-over': {
          title: text('Serahkan kepada pemohon', 'Hand over to the applicant'),
          roles: ['collection-desk'],
          target: next,
        },
      },
    }),
  },
} satisfies Record<string, Stage>;

export type StandardStage = keyof typeof stages;
export const standardStages = Object.keys(stages) as [StandardStage, ...StandardStage[]];

/**
 * The flow of most services of a mall: the front desk receives the file, back offices verify and
 * review it, the head decides, the applicant pays, somebody issues, the applicant collects. Who
 * handled the file does not decide on it.
 *
 * @param stages the stages that the service has, in its order; if left out, all that it needs
 */
export function standardFlow({
  hasFee,
  asksForDocuments,
  stages: chosen = standardStages.filter((stage) => hasFee || stage !== 'payment'),
}: {
  stages?: readonly StandardStage[] | undefined;
  hasFee: boolean;
  asksForDocuments: boolean;
}): Workflow {
  const first = chosen[0] ?? 'granted';
  const send: Pick<Action, 'roles' | 'guard' | 'target'> = {
    roles: ['applicant', 'front-desk'],
    ...(asksForDocuments ? { guard: { name: 'documents-attached' } } : {}),
    target: first,
  };
  const states: Workflow['states'] = {
    preparing: {
      title: text('Melengkapi berkas', 'Completing the documents'),
      clock: 'stopped',
      on: { submit: { title: text('Ajukan berkas', 'Submit the file'), ...send }, withdraw },
    },
  };
  const handledBy: string[] = [];
  for (const [index, name] of chosen.entries()) {
    const stage: Stage = stages[name];
    const next = chosen[index + 1] ?? 'granted';
    const advised = chosen.indexOf('decision') > index ? 'decision' : 'rejected';
    states[name] = stage.state({ next, advised, handledBy: [...handledBy], asksForDocuments });
    handledBy.push(...(stage.handledBy ?? []));
  }
  if (chosen.includes('front-desk-check') || chosen.includes('verification')) {
    states['returned'] = {
      title: text('Dikembalikan ke pemohon', 'Returned to the applicant'),
      clock: 'paused',
      on: { resubmit: { title: text('Ajukan kembali', 'Resubmit'), ...send }, withdraw },
    };
  }
  const end = (title: Localized, outcome: string): State => ({ title, type: 'final', outcome });
  states['granted'] = end(text('Selesai', 'Granted'), 'granted');
  if (chosen.includes('decision') || chosen.includes('technical-review')) {
    states['rejected'] = end(text('Ditolak', 'Rejected'), 'rejected');
  }
  states['withdrawn'] = end(text('Dicabut pemohon', 'Withdrawn'), 'withdrawn');
  return { initial: 'preparing', states };
}

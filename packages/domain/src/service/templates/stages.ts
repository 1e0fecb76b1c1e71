import {
  fourEyes,
  papers,
  payment,
  returnToApplicant,
  text,
  withdraw,
  type Lead,
  type ServiceFacts,
  type State,
} from './parts.ts';
import { reviewActions, technicalReview, type RecommendedBy } from './technical-review.ts';

/** Where a stage stands in a service's flow. */
export type Place = {
  /** What follows it. */
  lead: Lead;
  /** Actions that were possible on the file before it, by officers who may not decide. */
  handledBy: readonly string[];
  /** Whether a decision comes after it. */
  isDecided: boolean;
  recommendedBy?: RecommendedBy | undefined;
  service: ServiceFacts;
};

type Stage = {
  /** Actions after which the same officer may not decide. */
  handledBy?: (units: RecommendedBy | undefined) => string[];
  /** Whether the file can go back to the applicant from here. */
  returns?: true;
  state: (place: Place) => State;
};

/** The stages that a file may pass, in their usual order. Their names are those of the states. */
export const stages = {
  'front-desk-check': {
    handledBy: () => ['accept'],
    returns: true,
    state: ({ lead, service }) => ({
      title: text('Pemeriksaan loket', 'Front desk check'),
      on: {
        accept: {
          title: text('Terima berkas', 'Accept the file'),
          roles: ['front-desk'],
          ...papers('requirements-verified', service),
          ...lead,
        },
        'return-to-applicant': returnToApplicant('front-desk'),
        withdraw,
      },
    }),
  },
  verification: {
    handledBy: () => ['verify'],
    returns: true,
    state: ({ lead }) => ({
      title: text('Verifikasi', 'Verification'),
      on: {
        verify: { title: text('Nyatakan benar', 'Verify'), roles: ['verifier'], ...lead },
        'return-to-applicant': returnToApplicant('verifier'),
        withdraw,
      },
    }),
  },
  inspection: {
    handledBy: () => ['report-inspection'],
    state: ({ lead }) => ({
      title: text('Pemeriksaan lapangan', 'Inspection on the spot'),
      on: {
        'report-inspection': {
          title: text('Laporkan hasil pemeriksaan', 'Report the inspection'),
          roles: ['inspector'],
          comment: 'required',
          ...lead,
        },
      },
    }),
  },
  'technical-review': {
    handledBy: reviewActions,
    returns: true,
    state: ({ lead, isDecided, recommendedBy }) =>
      technicalReview({
        lead,
        recommendedBy,
        advisedAgainst: isDecided ? 'decision' : 'rejected',
        returns: true,
      }),
  },
  decision: {
    state: ({ lead, handledBy }) => ({
      title: text('Keputusan', 'Decision'),
      on: {
        approve: {
          title: text('Setujui', 'Approve'),
          roles: ['head-of-unit'],
          ...fourEyes(handledBy),
          ...lead,
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
  payment: { state: ({ lead }) => payment(lead) },
  issuing: {
    state: ({ lead }) => ({
      title: text('Penerbitan', 'Issuing'),
      on: { issue: { title: text('Terbitkan', 'Issue'), roles: ['verifier'], ...lead } },
    }),
  },
  'ready-for-collection': {
    state: ({ lead }) => ({
      title: text('Siap diambil', 'Ready for collection'),
      clock: 'stopped',
      on: {
        'hand-over': {
          title: text('Serahkan kepada pemohon', 'Hand over to the applicant'),
          roles: ['collection-desk'],
          ...lead,
        },
      },
    }),
  },
} satisfies Record<string, Stage>;

export type StageName = keyof typeof stages;
export const stageNames = Object.keys(stages) as [StageName, ...StageName[]];
export const stageOf = (name: StageName): Stage => stages[name];

import {
  end,
  papers,
  payment,
  text,
  withdrawn,
  type ServiceFacts,
  type Workflow,
} from './parts.ts';

/**
 * A service of minutes at one counter, while the applicant waits: the same officer checks the papers,
 * does what was asked and hands it over. The clock begins when the papers are complete; where there
 * is a fee, it stands still until that is paid. Nobody decides, so four eyes are not asked for: a
 * service that needs them is no counter service.
 */
export function counterFlow(service: ServiceFacts): Workflow {
  return {
    initial: 'receiving',
    states: {
      receiving: {
        title: text('Penerimaan di loket', 'Reception at the counter'),
        clock: 'stopped',
        on: {
          accept: {
            title: text('Terima permohonan', 'Accept the application'),
            roles: ['front-desk'],
            ...papers('requirements-verified', service),
            target: service.hasFee ? 'payment' : 'serving',
          },
          withdraw: {
            title: text('Tidak dilanjutkan', 'Do not go on'),
            roles: ['applicant', 'front-desk'],
            target: 'withdrawn',
          },
        },
      },
      ...(service.hasFee ? { payment: payment({ target: 'serving' }) } : {}),
      serving: {
        title: text('Dilayani', 'Being served'),
        on: {
          finish: {
            title: text('Selesaikan dan serahkan', 'Finish and hand over'),
            roles: ['front-desk'],
            target: 'granted',
          },
          refuse: {
            title: text('Tidak dapat dilayani', 'Cannot be served'),
            roles: ['front-desk'],
            comment: 'required',
            target: 'rejected',
          },
        },
      },
      granted: end(text('Selesai', 'Served'), 'granted'),
      rejected: end(text('Ditolak', 'Rejected'), 'rejected'),
      withdrawn,
    },
  };
}

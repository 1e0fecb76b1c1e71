import { serviceDefinition } from '@satu-atap/domain';

const here = (roles: string[]) => ({ roles });

/** Actions of several roles at the desks of two units, none of which moves the file. */
export const twoDesks = serviceDefinition.parse({
  id: 'licensing.two-desks',
  kind: 'non-permit',
  title: { id: 'Dua meja', en: 'Two desks' },
  unit: 'licensing',
  standard: { time: { amount: 1, unit: 'working-days' } },
  workflow: {
    initial: 'open',
    states: {
      open: {
        type: 'parallel',
        on: { 'look-over': here(['reviewer']) },
        states: {
          first: {
            on: {
              'ask-applicant': here(['applicant']),
              'check-front': here(['front-officer']),
              'check-any': here(['front-officer', 'applicant', 'verifier']),
            },
          },
          second: {
            unit: 'public-works',
            on: {
              'inspect-only': here(['inspector']),
              'inspect-any': here(['inspector', 'verifier']),
              'confirm-any': here(['applicant', 'inspector']),
            },
          },
        },
      },
      closed: { type: 'final', outcome: 'closed' },
    },
    on: { 'close-all': { roles: ['head'], target: '#closed' } },
  },
});

/** What the definition above says, put plainly: action → its unit and roles. */
export const deskActions = {
  'ask-applicant': { unit: 'licensing', roles: ['applicant'] },
  'check-front': { unit: 'licensing', roles: ['front-officer'] },
  'check-any': { unit: 'licensing', roles: ['front-officer', 'applicant', 'verifier'] },
  'inspect-only': { unit: 'public-works', roles: ['inspector'] },
  'inspect-any': { unit: 'public-works', roles: ['inspector', 'verifier'] },
  'confirm-any': { unit: 'public-works', roles: ['applicant', 'inspector'] },
} as const;

import type { ServiceDefinitionInput } from '../service/definition.ts';

const text = (en: string) => ({ id: en, en });

/**
 * A stall at the market: `grant` gives out a permit with a number, and a plaque without one; other
 * steps give out what they need.
 */
export const marketStall = {
  id: 'dpmptsp.market-stall',
  kind: 'permit',
  title: text('Market stall'),
  unit: 'dpmptsp',
  standard: { time: { amount: 5, unit: 'working-days' } },
  form: { weeks: { type: 'integer', title: text('Weeks'), required: true } },
  outputs: {
    permit: {
      title: text('Permit'),
      number: '503/{sequence:4}/{office}/{unit}/{service}/{month-roman}/{year}',
      validity: { amount: 6, unit: 'months' },
    },
    plaque: { title: text('Plaque'), validity: 'unlimited' },
    refusal: { title: text('Letter of refusal') },
    slip: { title: text('Slip') },
  },
  workflow: {
    initial: 'checking',
    states: {
      checking: {
        on: {
          grant: { roles: ['front-desk'], issues: ['permit', 'plaque'], target: 'granted' },
          preview: { roles: ['front-desk'], issues: ['plaque'] },
          judge: {
            roles: ['front-desk'],
            issues: ['slip'],
            branches: [
              { guard: { name: 'condition', expression: 'data.weeks > 52' }, target: 'granted' },
              { issues: ['refusal', 'slip'], target: 'refused' },
            ],
          },
        },
      },
      granted: { type: 'final', outcome: 'granted' },
      refused: { type: 'final', outcome: 'rejected' },
    },
  },
} satisfies ServiceDefinitionInput;

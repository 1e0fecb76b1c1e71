import { defineService } from '@satu-atap/domain';

/** The same service as `faults/sound.yaml`. */
export default defineService({
  id: 'unit.sound',
  kind: 'permit',
  title: { id: 'Izin', en: 'Permit' },
  unit: 'unit',
  standard: { time: { amount: 5, unit: 'working-days' } },
  form: {
    size: {
      type: 'integer',
      title: { id: 'Luas', en: 'Size' },
      required: true,
      min: 1,
      max: 100,
    },
    verdict: {
      type: 'choice',
      enteredBy: 'officer',
      title: { id: 'Hasil', en: 'Verdict' },
      options: ['good', 'bad'],
    },
  },
  documents: { plan: { title: { id: 'Denah', en: 'Plan' }, verifiedBy: ['verifier'] } },
  fee: { kind: 'fixed', amount: 10_000, receivedBy: ['cashier'] },
  workflow: {
    initial: 'preparing',
    on: { withdraw: { roles: ['applicant'], target: 'withdrawn' } },
    states: {
      preparing: {
        clock: 'stopped',
        on: {
          submit: {
            roles: ['applicant'],
            guard: { name: 'documents-attached' },
            target: 'verification',
          },
        },
      },
      verification: {
        standard: { amount: 2, unit: 'working-days' },
        on: {
          accept: {
            roles: ['verifier'],
            guard: { name: 'requirements-verified' },
            sets: ['verdict'],
            target: 'decision',
          },
        },
      },
      decision: {
        standard: { amount: 1, unit: 'working-days' },
        on: {
          grant: { roles: ['head-of-unit'], guard: { name: 'fee-paid' }, target: 'granted' },
          refuse: { roles: ['head-of-unit'], comment: 'required', target: 'refused' },
        },
      },
      granted: { type: 'final', outcome: 'granted' },
      refused: { type: 'final', outcome: 'refused' },
      withdrawn: { type: 'final', outcome: 'withdrawn' },
    },
  },
});

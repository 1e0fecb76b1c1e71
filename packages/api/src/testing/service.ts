import { serviceDefinition } from '@satu-atap/domain';

const title = (id: string, en: string) => ({ id, en });

/** A service with something of everything: documents, an assessed fee, two units, four eyes. */
export const kioskPermit = serviceDefinition.parse({
  id: 'licensing.kiosk-permit',
  kind: 'permit',
  title: title('Izin Kios', 'Kiosk permit'),
  unit: 'licensing',
  standard: { time: { amount: 3, unit: 'working-days' } },
  submittedBy: ['applicant', 'front-officer'],
  form: {
    businessName: { type: 'text', title: title('Nama usaha', 'Business name'), required: true },
    floorArea: { type: 'integer', title: title('Luas', 'Floor area'), min: 1, max: 500 },
  },
  documents: {
    'identity-card': {
      title: title('KTP', 'Identity card'),
      types: ['application/pdf', 'image/png'],
      maxBytes: 64 * 1024,
      attachedBy: ['applicant'],
      verifiedBy: ['verifier'],
    },
  },
  fee: { kind: 'assessed', assessedBy: ['inspector'], receivedBy: ['cashier'] },
  workflow: {
    initial: 'preparing',
    on: { withdraw: { roles: ['applicant'], target: '#withdrawn' } },
    states: {
      preparing: {
        clock: 'paused',
        on: {
          'hand-in': {
            roles: ['applicant'],
            guard: { name: 'documents-attached' },
            target: 'reception',
          },
        },
      },
      reception: {
        on: {
          accept: { roles: ['front-officer'], target: 'verification' },
          return: { roles: ['front-officer'], comment: 'required', target: 'preparing' },
        },
      },
      verification: {
        on: {
          verify: {
            roles: ['verifier'],
            guard: { name: 'requirements-verified' },
            target: 'inspection',
          },
        },
      },
      inspection: {
        unit: 'public-works',
        on: { recommend: { roles: ['inspector'], sets: ['floorArea'], target: 'decision' } },
      },
      decision: {
        on: {
          approve: {
            roles: ['head', 'verifier'],
            guard: {
              all: [{ name: 'not-the-same-officer', as: ['verify'] }, { name: 'fee-paid' }],
            },
            target: 'issued',
          },
        },
      },
      issued: { type: 'final', outcome: 'issued' },
      withdrawn: { type: 'final', outcome: 'withdrawn' },
    },
  },
});

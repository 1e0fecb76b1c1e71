import { compileService, type CompiledService } from '../service/compile.ts';
import {
  definitionDigest,
  serviceDefinition,
  type ServiceDefinitionInput,
} from '../service/definition.ts';

const text = (en: string) => ({ id: en, en });

/**
 * A small building permit that uses everything a definition can say: papers, an assessed fee, a
 * parallel review by two units, four eyes, a condition on the data, clocks that stop and start.
 */
export const samplePermit = {
  id: 'dpmptsp.building-permit',
  kind: 'permit',
  title: text('Building permit'),
  unit: 'dpmptsp',
  standard: { time: { amount: 5, unit: 'working-days' }, warnAt: 0.8 },
  submittedBy: ['applicant', 'front-desk'],
  form: {
    address: { type: 'text', title: text('Address'), required: true },
    floorArea: { type: 'integer', title: text('Floor area'), required: true, min: 1 },
    structure: {
      type: 'choice',
      title: text('Structure'),
      options: ['sound', 'unsound'],
      enteredBy: 'officer',
    },
    fireSafety: {
      type: 'choice',
      title: text('Fire safety'),
      options: ['safe', 'unsafe'],
      enteredBy: 'officer',
    },
  },
  documents: {
    'site-plan': { title: text('Site plan'), verifiedBy: ['front-desk'] },
    photo: { title: text('Photo'), required: false, verifiedBy: ['front-desk'] },
  },
  fee: { kind: 'assessed', assessedBy: ['structure-reviewer'], receivedBy: ['cashier'] },
  workflow: {
    initial: 'preparing',
    on: { withdraw: { target: '#withdrawn', roles: ['applicant'] } },
    states: {
      preparing: {
        clock: 'stopped',
        on: {
          send: {
            target: 'intake',
            roles: ['applicant', 'front-desk'],
            guard: { name: 'documents-attached' },
          },
        },
      },
      intake: {
        standard: { amount: 1, unit: 'working-days' },
        on: {
          accept: {
            target: 'review',
            roles: ['front-desk'],
            guard: { name: 'requirements-verified' },
          },
          'return-to-applicant': {
            target: 'returned',
            roles: ['front-desk'],
            comment: 'required',
          },
        },
      },
      returned: {
        clock: 'paused',
        on: { resend: { target: 'intake', roles: ['applicant'], sets: ['floorArea'] } },
      },
      review: {
        type: 'parallel',
        states: {
          structure: {
            unit: 'dinas-perumahan',
            initial: 'inspecting',
            states: {
              inspecting: {
                on: {
                  'approve-structure': {
                    target: 'done',
                    roles: ['structure-reviewer'],
                    set: { structure: 'sound' },
                  },
                  'refuse-structure': {
                    target: 'done',
                    roles: ['structure-reviewer'],
                    set: { structure: 'unsound' },
                    comment: 'required',
                  },
                },
              },
              done: { type: 'final' },
            },
          },
          fire: {
            unit: 'pemadam-kebakaran',
            initial: 'inspecting',
            states: {
              inspecting: {
                on: {
                  'report-fire-safety': {
                    target: 'done',
                    roles: ['fire-reviewer'],
                    sets: ['fireSafety'],
                  },
                },
              },
              done: { type: 'final' },
            },
          },
        },
        onDone: [
          {
            target: 'decision',
            guard: {
              name: 'condition',
              expression: 'data.structure == "sound" && data.fireSafety == "safe"',
            },
          },
          { target: 'refused' },
        ],
      },
      decision: {
        on: {
          approve: {
            roles: ['head-of-unit'],
            guard: {
              all: [{ name: 'not-the-same-officer', as: ['accept'] }, { name: 'fee-paid' }],
            },
            branches: [
              {
                target: 'issued',
                guard: { name: 'condition', expression: 'data.floorArea <= 1000' },
              },
              { target: 'second-opinion' },
            ],
          },
        },
      },
      'second-opinion': { on: { confirm: { target: 'issued', roles: ['head-of-office'] } } },
      issued: { type: 'final', outcome: 'granted' },
      refused: { type: 'final', outcome: 'refused' },
      withdrawn: { type: 'final', outcome: 'withdrawn' },
    },
  },
} satisfies ServiceDefinitionInput;

/** Compiles a definition as version 1, as if it had been published. */
export function compiled(input: ServiceDefinitionInput = samplePermit): CompiledService {
  const definition = serviceDefinition.parse(input);
  return compileService(definition, { version: 1, digest: definitionDigest(definition) });
}

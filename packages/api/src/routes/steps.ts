import {
  applicationCommands,
  feeAssessed,
  noteAdded,
  officerAssigned,
  paymentReceived,
  statePath,
  documentRejected,
} from '@satu-atap/domain';
import { z } from 'zod';
import { writeHeaders } from '../http/headers.ts';
import { route } from '../http/route.ts';
import { perform } from '../write.ts';
import { applicationParams, written } from './common.ts';

const common = { params: applicationParams, headers: writeHeaders, responses: { 200: written } };

export const takeAction = route({
  ...common,
  method: 'post',
  path: '/api/v1/applications/{id}/actions',
  tag: 'applications',
  summary: 'Take an action that the service’s workflow offers now',
  description: 'What can be taken is in `actions` of the application.',
  body: applicationCommands['take-step'],
  handle: (call, api) => perform(api, call, call.params.id, { type: 'take-step', data: call.body }),
});

export const assessFee = route({
  ...common,
  method: 'post',
  path: '/api/v1/applications/{id}/fee',
  tag: 'applications',
  summary: 'Assess the fee, in whole rupiah; again to replace it',
  body: feeAssessed,
  handle: (call, api) =>
    perform(api, call, call.params.id, { type: 'assess-fee', data: call.body }),
});

export const receivePayment = route({
  ...common,
  method: 'post',
  path: '/api/v1/applications/{id}/payments',
  tag: 'applications',
  summary: 'Record a payment, in whole rupiah; each reference counts once',
  body: paymentReceived,
  handle: (call, api) =>
    perform(api, call, call.params.id, { type: 'receive-payment', data: call.body }),
});

export const addNote = route({
  ...common,
  method: 'post',
  path: '/api/v1/applications/{id}/notes',
  tag: 'applications',
  summary: 'Add a note to the file',
  body: noteAdded,
  handle: (call, api) => perform(api, call, call.params.id, { type: 'add-note', data: call.body }),
});

export const verifyDocument = route({
  ...common,
  method: 'post',
  path: '/api/v1/applications/{id}/documents/{document}/verification',
  tag: 'documents',
  summary: 'Verify or reject a document',
  params: applicationParams.extend({ document: z.uuid() }),
  body: z.discriminatedUnion('result', [
    z.strictObject({ result: z.literal('verified') }),
    z.strictObject({ result: z.literal('rejected'), reason: documentRejected.shape.reason }),
  ]),
  handle(call, api) {
    const { id, document } = call.params;
    return perform(
      api,
      call,
      id,
      call.body.result === 'verified'
        ? { type: 'verify-document', data: { document } }
        : { type: 'reject-document', data: { document, reason: call.body.reason } },
    );
  },
});

const placeParams = applicationParams.extend({
  state: statePath.meta({ description: 'Path of an active state: `review.health`.' }),
});

export const assignOfficer = route({
  ...common,
  method: 'put',
  path: '/api/v1/applications/{id}/assignments/{state}',
  tag: 'work',
  summary: 'Take the file into hand in one of its states, or, as a supervisor, assign it',
  params: placeParams,
  body: z.strictObject({ officer: officerAssigned.shape.officer.optional() }).meta({
    description: 'The officer; the sender by default.',
  }),
  handle(call, api) {
    const { id, state } = call.params;
    const officer = call.body.officer ?? call.who.actor.id;
    return perform(api, call, id, { type: 'assign', data: { state, officer } });
  },
});

export const releaseOfficer = route({
  ...common,
  method: 'delete',
  path: '/api/v1/applications/{id}/assignments/{state}',
  tag: 'work',
  summary: 'Let go of the file in one of its states',
  params: placeParams,
  handle(call, api) {
    const { id, state } = call.params;
    return perform(api, call, id, { type: 'release', data: { state } });
  },
});

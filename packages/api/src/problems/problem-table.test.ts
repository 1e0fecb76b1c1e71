import { describe, expect, it } from 'vitest';
import type { ProblemOf, ProblemType } from './problem.ts';
import { problemDetails, problemEntry, problemTypes } from './problem-table.ts';

/** One of every type: a type without a sample does not compile. */
const samples: { [Type in ProblemType]: Omit<ProblemOf<Type>, 'type'> } = {
  'role-required': { roles: ['verifier', 'head'] },
  'not-your-application': {},
  'other-office': { office: 'south' },
  'other-unit': { unit: 'health' },
  'application-not-found': {},
  'application-exists': {},
  'application-ended': { outcome: 'issued' },
  'unknown-service': { service: 'licensing.nothing' },
  'unknown-office': { office: 'atlantis' },
  'invalid-definition': {
    problems: [{ path: ['unit'], message: 'is missing', severity: 'error', line: 1, column: 1 }],
  },
  'service-retired': {
    service: 'licensing.kiosk-permit',
    since: '2027-01-01',
    reason: { id: 'Izin tidak lagi diperlukan', en: 'No permit is needed any more' },
    legalBasis: 'Peraturan Wali Kota Nomor 7 Tahun 2026',
  },
  'service-withdrawn': {
    service: 'licensing.kiosk-permit',
    reason: { id: 'Salah biaya', en: 'Wrong fee' },
  },
  'service-not-offered': {
    service: 'licensing.kiosk-permit',
    office: 'south',
    offices: ['north', 'east'],
  },
  'version-not-found': { service: 'licensing.kiosk-permit', version: 7 },
  'version-withdrawn': {
    service: 'licensing.kiosk-permit',
    version: 2,
    reason: { id: 'Salah biaya', en: 'Wrong fee' },
  },
  'content-withdrawn': {
    service: 'licensing.kiosk-permit',
    version: 2,
    reason: { id: 'Salah biaya', en: 'Wrong fee' },
  },
  'unknown-action': { action: 'fly', known: ['accept', 'return'] },
  'action-not-available': { action: 'verify', state: ['reception'], available: ['accept'] },
  'guard-not-met': {
    action: 'approve',
    unmet: {
      guard: 'any',
      unmet: [
        { guard: 'documents-attached', missing: ['identity-card'] },
        { guard: 'requirements-verified', missing: [], unverified: ['floor-plan'] },
        { guard: 'fee-paid', assessed: true, outstanding: 150_000 },
        { guard: 'fee-paid', assessed: false, outstanding: 0 },
        { guard: 'not-the-same-officer', action: 'verify' },
        { guard: 'condition', expression: 'data.floorArea < 60' },
        { guard: 'condition', expression: 'x', message: { id: 'Terlalu luas', en: 'Too large' } },
        { guard: 'not', of: { name: 'fee-paid' } },
      ],
    },
  },
  'comment-required': { action: 'return' },
  'assigned-to-another': { state: 'verification', officer: 'verifier-2' },
  'not-assigned': { state: 'verification' },
  'state-not-active': { state: 'decision', active: ['reception'] },
  'not-at-this-desk': { state: ['reception'] },
  'invalid-data': {
    issues: [{ field: 'floorArea', message: { id: 'terlalu besar', en: 'too big' } }],
  },
  'field-not-allowed': { field: 'colour', allowed: ['floorArea'] },
  'unknown-requirement': { requirement: 'diploma', known: ['identity-card'] },
  'document-type-not-accepted': { mediaType: 'image/gif', accepted: ['application/pdf'] },
  'document-too-large': { bytes: 70_000, maxBytes: 65_536 },
  'document-not-found': { document: '0197a7d0-0000-7000-8000-000000000000' },
  'document-replaced': { document: '0197a7d0-0000-7000-8000-000000000000' },
  'notification-not-found': {},
  'event-not-found': { stream: 'service-licensing.kiosk-permit', revision: 7 },
  'event-not-covered': { stream: 'service-licensing.kiosk-permit', revision: 0 },
  'checkpoint-not-found': { size: 14 },
  'log-not-as-signed': {},
  'notification-not-parked': { standing: 'sent' },
  'revision-not-found': { revision: 9, newest: 4 },
  'before-the-application': { at: '2026-01-01T00:00:00Z', submittedAt: '2026-03-02T02:00:00Z' },
  'moment-to-come': { at: '2099-01-01T00:00:00Z' },
  'moments-reversed': { from: 4, to: 1 },
  'document-empty': {},
  'nothing-to-erase': { applicant: 'budi' },
  'applications-running': {
    applications: [
      { id: '0197a7d0-0000-7000-8000-000000000000', service: 'dpmptsp.pbg', states: ['intake'] },
    ],
  },
  'document-erased': { document: '0195b1f0-0000-7000-8000-000000000000' },
  'document-content-mismatch': { declared: 'application/pdf', found: 'image/png' },
  'no-fee-to-assess': {},
  'no-fee-due': {},
  'payment-exceeds-fee': { amount: 200_000, outstanding: 150_000 },
  'payment-already-received': { reference: 'SSRD-1' },
  'clock-not-found': { clock: 'service' },
  'clock-not-due': { clock: 'service', dueAt: '2026-01-08T09:00:00Z' },
  'too-late-to-extend': { dueAt: '2026-01-08T09:00:00Z' },
  'already-extended': { action: 'extend', atMost: 1 },
  'cannot-migrate': { version: 2, problems: [{ type: 'state-gone', state: 'verification' }] },
  'stale-revision': { expected: 3, actual: 5 },
  'idempotency-key-reused': {},
  'too-much-contention': {},
  'malformed-url': {},
  'malformed-json': {},
  'invalid-request': {
    issues: [{ in: 'body', field: 'colour', message: { id: 'tidak dikenal', en: 'not known' } }],
  },
  'invalid-cursor': {},
  'body-too-large': { maxBytes: 262_144 },
  'unsupported-media-type': { accepted: ['application/json'] },
  'not-acceptable': { offered: ['application/json'] },
  'not-found': {},
  'method-not-allowed': { allowed: ['GET', 'HEAD'] },
  unauthenticated: {},
  'token-expired': {},
  'invalid-token': { reason: 'claim aud does not hold' },
  'reserved-role': { role: 'system' },
  'office-required': {},
  'service-not-found': { service: 'licensing.nothing' },
  'read-model-behind': { position: '0000000000000042' },
  'store-unavailable': {},
  'read-models-unavailable': {},
  'identity-unavailable': {},
  internal: { requestId: 'a1b2' },
};

/** Everything in a sample that a reader needs to see, as text. */
function leaves(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(leaves);
  return typeof value === 'string' ? [value] : [];
}

describe('every type of problem', () => {
  it.each(problemTypes)('%s says what is the matter and the way out, in both languages', (type) => {
    const problem = { type, ...samples[type] } as ProblemOf<typeof type>;
    const [id, en] = (['id', 'en'] as const).map((language) =>
      problemDetails(problem, { language, instance: '/api/v1/applications' }),
    );
    expect(id?.status).toBeGreaterThanOrEqual(400);
    expect(id?.title).not.toBe(en?.title);
    expect(id?.detail).not.toBe(en?.detail);
    const { remedy } = problemEntry(type);
    expect(id?.detail).toContain(remedy.id);
    expect(en?.detail).toContain(remedy.en);
    for (const text of [id?.detail, en?.detail]) expect(text).not.toMatch(/undefined|\[object/);
    expect(en).toMatchObject({ ...samples[type], type: `/problems/${type}` });
  });

  it.each([
    'unknown-action',
    'action-not-available',
    'unknown-requirement',
    'field-not-allowed',
    'service-not-offered',
  ])('%s names what could be done instead', (type) => {
    const problem = { type, ...samples[type as ProblemType] } as ProblemOf<ProblemType>;
    const { detail } = problemDetails(problem, { language: 'id', instance: '/' });
    for (const name of leaves(samples[type as ProblemType])) expect(detail).toContain(name);
  });

  it('of a guard lists all that is still to be done', () => {
    const problem = { type: 'guard-not-met' as const, ...samples['guard-not-met'] };
    const { detail } = problemDetails(problem, { language: 'en', instance: '/' });
    for (const part of ['identity-card', 'floor-plan', '150.000', 'Too large', 'floorArea < 60']) {
      expect(detail).toContain(part);
    }
  });
});

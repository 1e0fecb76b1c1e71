import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cleanUp, patience } from './processes.ts';
import { applications, type Sent } from './requests.ts';
import {
  digitIsThere,
  openTradeLicence,
  digitFile,
  type Person,
  type TradeLicence,
} from './trade-licence.ts';

type Refusal = {
  what: string;
  /** Instead of the verifier, whose turn it is. */
  by?: Person;
  /** Instead of the step that is to be taken, `forward`. */
  sent?: Sent;
  /** Instead of the application's actions. */
  path?: string;
  status: number;
  type: string;
  /** Of the detail in English. */
  wayOut: string;
};

const whoMayNot: Refusal[] = [
  {
    what: 'somebody without a token',
    sent: { token: undefined, body: { action: 'forward' } },
    status: 401,
    type: 'unauthenticated',
    wayOut: 'Sign in and send "Authorization: Bearer <token>".',
  },
  {
    what: 'a token that the engine did not sign',
    sent: { token: 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ4In0.AAAA', body: { action: 'forward' } },
    status: 401,
    type: 'invalid-token',
    wayOut: 'Sign in again',
  },
  {
    what: 'an officer of another role',
    by: 'inspector',
    status: 403,
    type: 'role-required',
    wayOut: 'only for the roles: tl-doc-verifier. Sign in with an account that has one of these',
  },
  {
    what: 'the applicant, whose turn it is not',
    by: 'applicant',
    status: 403,
    type: 'role-required',
    wayOut: 'or ask a colleague who has it.',
  },
  {
    what: 'another applicant, who does not learn that it is there',
    by: 'otherApplicant',
    status: 404,
    type: 'application-not-found',
    wayOut: 'Check the id, or look it up in your list of applications.',
  },
  {
    what: 'an officer of another unit',
    by: 'verifierOfAnotherUnit',
    status: 403,
    type: 'other-unit',
    wayOut: 'Officers of the unit "tl-services" take this action. Ask an officer of that unit.',
  },
  {
    what: 'an officer of another office',
    by: 'verifierElsewhere',
    status: 403,
    type: 'other-office',
    wayOut: 'belongs to the office "mpp-jakarta". Ask an officer of that office to handle it.',
  },
];

const whatCannotBe: Refusal[] = [
  {
    what: 'an action of another state',
    by: 'approver',
    sent: { body: { action: 'approve' } },
    status: 409,
    type: 'action-not-available',
    wayOut: 'Actions available now: forward, reject. Load the application again',
  },
  {
    what: 'an action of no state',
    sent: { body: { action: 'teleport' } },
    status: 422,
    type: 'unknown-action',
    wayOut: 'Its actions: apply, initiate, forward, reject,',
  },
  {
    what: 'a step on what has changed since',
    sent: { body: { action: 'forward' }, headers: { 'If-Match': '"0"' } },
    status: 412,
    type: 'stale-revision',
    wayOut: 'it is at 1 now. Load it again, look at what changed, and repeat',
  },
  {
    what: 'an application for an unknown service',
    by: 'applicant',
    path: applications,
    sent: { body: { service: 'tl-services.old-tl', office: 'mpp-jakarta', data: {} } },
    status: 422,
    type: 'unknown-service',
    wayOut: 'no service "tl-services.old-tl". GET /api/v1/services lists the services.',
  },
  {
    what: 'a form field that the action does not set',
    sent: { body: { action: 'forward', data: { colour: 'merah' } } },
    status: 422,
    type: 'field-not-allowed',
    wayOut: '"colour" is not entered here. Fields taken here: –. Send it again without that field.',
  },
];

const whatCannotBeRead: Refusal[] = [
  {
    what: 'JSON that breaks off',
    sent: { text: '{ "action": ' },
    status: 400,
    type: 'malformed-json',
    wayOut: 'Check its brackets, commas and quotes.',
  },
  {
    what: 'a field that is not known',
    sent: { body: { action: 'forward', urgent: true } },
    status: 400,
    type: 'invalid-request',
    wayOut: 'body urgent: is not known here. /docs describes what each request takes.',
  },
  {
    what: 'a body that is too large',
    sent: { body: { action: 'forward', comment: 'x'.repeat(300_000) } },
    status: 413,
    type: 'body-too-large',
    wayOut: '262144 bytes at the most. Send less; documents go to /documents.',
  },
];

test.skipIf(digitIsThere)(
  `needs a DIGIT workflow, looked for in ${digitFile}: SATU_ATAP_SHARED names another place`,
  () => {},
);

describe.skipIf(!digitIsThere)('an application of a DIGIT workflow', () => {
  let mall: TradeLicence;
  beforeAll(async () => {
    mall = await openTradeLicence();
  }, patience);
  afterAll(cleanUp, patience);

  test.each([...whoMayNot, ...whatCannotBe, ...whatCannotBeRead])(
    '$type: refuses $what and names the way out',
    { timeout: patience },
    async ({ by = 'verifier', path, sent = { body: { action: 'forward' } }, ...expected }) => {
      const { body, headers } = await mall.applicationAt('applied');
      const { id } = body as { id: string };
      const instance = path ?? `${applications}/${id}/actions`;
      const { status, type, wayOut } = expected;

      const refused = await mall.as(by, 'POST', instance, sent);
      expect(refused).toMatchObject({
        status,
        body: { type: `/problems/${type}`, title: expect.any(String), status, instance },
      });
      expect(refused.body.detail).toContain(wayOut);
      expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(await mall.as(by, 'GET', refused.body.type)).toMatchObject({ status: 200 });

      // Nothing has happened: whose turn it is takes the step on the revision of before.
      const etag = { 'If-Match': headers.get('etag') ?? '' };
      const step = { by: 'verifier', action: 'forward' } as const;
      expect(await mall.take(id, step, { headers: etag })).toMatchObject({ status: 200 });
    },
  );

  test('speaks Indonesian unless English is preferred', async () => {
    const { body } = await mall.applicationAt('applied');
    const step = { by: 'inspector', action: 'forward' } as const;
    const indonesian = { headers: { 'Accept-Language': '*' } };
    const refused = await mall.take(body.id, step, indonesian);
    expect(refused.headers.get('content-language')).toBe('id');
    expect(refused.body.detail).toBe(
      'Hal ini hanya untuk peran: tl-doc-verifier. Masuklah dengan akun yang memegang salah satu ' +
        'peran itu, atau mintalah rekan yang memegangnya.',
    );
  });
});

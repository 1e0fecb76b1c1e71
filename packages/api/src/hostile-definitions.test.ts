import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openMall, type Mall } from './testing/mall.ts';
import { hostileDefinitions } from './testing/hostile-definitions.ts';
import { problem } from './testing/problem.ts';

let mall: Mall;
beforeAll(async () => {
  mall = await openMall();
});
afterAll(() => mall.close());

const administrator = {
  sub: 'administrator-1',
  name: 'Administrator',
  roles: ['unit-administrator'],
  unit: 'unit',
};

const send = (body: string | Uint8Array, type = 'application/yaml') =>
  mall.send('POST', '/api/v1/services/unit.service/versions', {
    as: administrator,
    body,
    headers: { 'Content-Type': type },
  });

const isTooLarge = (content: string | Uint8Array) => Buffer.byteLength(content) > 1024 * 1024;
const all = Object.entries(hostileDefinitions);

describe('a hostile definition that is sent to be published is refused in words', () => {
  test.each(all.filter(([, [content]]) => isTooLarge(content)))('%s', async (_, [content]) => {
    expect(await send(content)).toMatchObject(problem(413, 'body-too-large'));
  });

  test.each(all.filter(([, [content]]) => !isTooLarge(content)))(
    '%s',
    async (_, [content, refusal]) => {
      const refused = await send(content);
      expect(refused).toMatchObject(problem(422, 'invalid-definition'));
      const problems = refused.body.problems as { message: string }[];
      expect(problems.map(({ message }) => message).join('\n')).toMatch(refusal);
      expect(problems.length).toBeLessThanOrEqual(101);
      expect(Object.prototype).not.toHaveProperty('a');
    },
  );

  test.each([
    ['half a million brackets', '['.repeat(500_000)],
    ['a key that pollutes prototypes', '{ "id": "unit.service", "__proto__": { "a": 1 } }'],
    ['a key that is there twice', '{ "id": "unit.service", "id": "unit.service" }'],
    ['what is no definition', '"unit.service"'],
  ])('as JSON: %s', async (_, content) => {
    expect(await send(content, 'application/json')).toMatchObject(
      problem(422, 'invalid-definition'),
    );
  });

  test('and the engine goes on', async () => {
    const answer = await mall.send('GET', '/api/v1/services/unit.service', { as: administrator });
    expect(answer.status).toBe(404);
  });
});

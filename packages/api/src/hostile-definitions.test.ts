import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openMall, type Mall } from './testing/mall.ts';
import { hostileDefinitions } from './testing/hostile-definitions.ts';

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

describe('a hostile definition that is sent to be published is refused in words', () => {
  test.each(Object.entries(hostileDefinitions))('%s', async (_, [content, refusal]) => {
    const { status, body } = await mall.send('POST', '/api/v1/services/unit.service/versions', {
      as: administrator,
      body: content,
      headers: { 'Content-Type': 'application/yaml' },
    });
    if (status === 413) {
      expect(Buffer.byteLength(content)).toBeGreaterThan(1024 * 1024);
    } else {
      expect({ status, type: body.type }).toEqual({
        status: 422,
        type: '/problems/invalid-definition',
      });
      const problems = body.problems as { message: string }[];
      expect(problems.map(({ message }) => message).join('\n')).toMatch(refusal);
      expect(problems.length).toBeLessThanOrEqual(101);
    }
    expect(Object.prototype).not.toHaveProperty('a');
  });

  test.each([
    ['half a million brackets', '['.repeat(500_000)],
    ['a key that pollutes prototypes', '{ "id": "unit.service", "__proto__": { "a": 1 } }'],
    ['a key that is there twice', '{ "id": "unit.service", "id": "unit.service" }'],
    ['what is no definition', '"unit.service"'],
  ])('as JSON: %s', async (_, content) => {
    const { status, body } = await mall.send('POST', '/api/v1/services/unit.service/versions', {
      as: administrator,
      body: content,
      headers: { 'Content-Type': 'application/json' },
    });
    expect({ status, type: body.type }).toEqual({
      status: 422,
      type: '/problems/invalid-definition',
    });
  });

  test('and the engine goes on', async () => {
    const answer = await mall.send('GET', '/api/v1/services/unit.service', { as: administrator });
    expect(answer.status).toBe(404);
  });
});

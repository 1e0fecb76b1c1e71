import { userInfo } from 'node:os';
import { actor } from '@satu-atap/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localActor } from './local-actor.ts';

describe('who is at the command line', () => {
  it('is the user of the operating system, with the system’s role and no office', () => {
    expect(localActor()).toEqual({ id: `cli:${userInfo().username}`, roles: ['system'] });
  });

  it('is the user’s number where the operating system knows no name', () => {
    const nameless = localActor(() => {
      throw new Error('uv_os_get_passwd returned ENOENT');
    });
    expect(nameless.id).toBe(`cli:uid-${process.getuid?.()}`);
    expect(localActor(() => '\n').id).toBe(nameless.id);
  });

  it('can be recorded, and printed on one line, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
        const { id } = actor.parse(localActor(() => name));
        expect(id).toMatch(/^cli:[^\p{Cc}\u2028\u2029]+$/u);
        expect(id.isWellFormed()).toBe(true);
      }),
    );
  });

  it('cuts a name that is too long', () => {
    expect(localActor(() => 'n'.repeat(500)).id).toBe(`cli:${'n'.repeat(196)}`);
  });
});

import { actor, type Actor } from '@satu-atap/domain';
import { z } from 'zod';
import { ProblemError } from '../problems/problem.ts';

/** Who sent a request, as a verified token says. */
export type Identified = {
  actor: Actor;
  /** The person's name, for files that they begin as their applicant. */
  name: string;
  /** Until when the token says so, in epoch seconds. */
  expiresAt: number;
};

/** The seam to whoever signs tokens. */
export type Identity = {
  /**
   * @throws ProblemError `token-expired`, `invalid-token`, `reserved-role`, or
   * `identity-unavailable` when the keys cannot be had
   */
  verify(token: string): Promise<Identified>;
};

/** What the API reads of a token; other claims are none of its business. */
export const claims = z.object({
  sub: actor.shape.id,
  name: z.string().min(1).max(200),
  roles: actor.shape.roles,
  unit: actor.shape.unit,
  office: actor.shape.office,
  exp: z.number(),
});
export type Claims = z.infer<typeof claims>;

/** The roles that no token may carry: the engine's own. */
const reserved: readonly string[] = ['system'];

/** Turns the payload of a token whose signature was verified into who it stands for. */
export function identify(payload: unknown): Identified {
  const parsed = claims.safeParse(payload);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const reason = `claim ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not valid'}`;
    throw new ProblemError({ type: 'invalid-token', reason });
  }
  const { sub, name, roles, unit, office, exp } = parsed.data;
  const role = roles.find((one) => reserved.includes(one));
  if (role !== undefined) throw new ProblemError({ type: 'reserved-role', role });
  return {
    actor: { id: sub, roles, ...(unit ? { unit } : {}), ...(office ? { office } : {}) },
    name,
    expiresAt: exp,
  };
}

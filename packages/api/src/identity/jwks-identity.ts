import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose';
import { ProblemError, type Problem } from '../problems/problem.ts';
import { identify, type Identity } from './identity.ts';

export type JwksIdentityOptions = {
  /** What `iss` must be. */
  issuer: string;
  /** What `aud` must hold. */
  audience: string;
} & ({ jwksUrl: URL } | { jwks: JSONWebKeySet });

/** Signatures only: a shared secret could be made by anybody who verifies. */
const algorithms = ['EdDSA', 'Ed25519', 'ES256', 'RS256'];

/** Verifies JWTs against an identity provider's published keys. Keys are fetched when first needed. */
export function jwksIdentity(options: JwksIdentityOptions): Identity {
  const { issuer, audience } = options;
  const keys: JWTVerifyGetKey =
    'jwksUrl' in options ? createRemoteJWKSet(options.jwksUrl) : createLocalJWKSet(options.jwks);
  return {
    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, keys, {
          issuer,
          audience,
          algorithms,
          requiredClaims: ['exp', 'sub'],
          clockTolerance: 5,
        });
        return identify(payload);
      } catch (error) {
        if (error instanceof ProblemError) throw error;
        throw new ProblemError(problemOf(error), { cause: error });
      }
    },
  };
}

/** The token's fault, or the key server's. */
function problemOf(error: unknown): Problem {
  if (error instanceof errors.JWTExpired) return { type: 'token-expired' };
  if (error instanceof errors.JWTClaimValidationFailed) {
    return { type: 'invalid-token', reason: `claim ${error.claim} does not hold` };
  }
  const faults = [
    errors.JWTInvalid,
    errors.JWSInvalid,
    errors.JWSSignatureVerificationFailed,
    errors.JOSEAlgNotAllowed,
    errors.JOSENotSupported,
    errors.JWKSNoMatchingKey,
    errors.JWKSMultipleMatchingKeys,
  ];
  return faults.some((fault) => error instanceof fault)
    ? { type: 'invalid-token', reason: 'its form, algorithm, key or signature is not right' }
    : { type: 'identity-unavailable' };
}

import type { ProblemDetails } from '@satu-atap/api';
import { SettingsError } from './settings.ts';

/** What a running engine answered: the body of a success, or the problem. */
export type RemoteAnswer = { status: number; body: unknown } | { problem: ProblemDetails };

/** The flag of commands that can go through a running engine, and what it is for. */
export const remoteFlag = [
  '--api <url>',
  'through a running engine, as whose token SATU_ATAP_TOKEN holds; needs no access to the store',
] as const;

/** Milliseconds after which an engine that says nothing is given up. */
const patience = 60_000;

/** Sends requests to a running engine as somebody who may do so there. */
export class RemoteEngine {
  readonly #base: URL;
  readonly #token: string;

  /** @throws SettingsError when the address or the token cannot be used */
  constructor(url: string, token: string | undefined) {
    const base = URL.parse(url);
    if (!base || !/^https?:$/.test(base.protocol)) {
      throw new SettingsError(
        `--api is the engine's address, like http://127.0.0.1:8080, not ${url}`,
      );
    }
    if (!token) {
      throw new SettingsError(
        'Set SATU_ATAP_TOKEN to the token of an administrator of the unit (role unit-administrator).',
      );
    }
    this.#base = base;
    this.#token = token.trim();
  }

  /** Sends JSON. @throws SettingsError when nobody answers there, or it is no engine that does */
  async post(path: string, body: unknown): Promise<RemoteAnswer> {
    const place = new URL(path, this.#base);
    const headers = {
      Authorization: `Bearer ${this.#token}`,
      'Content-Type': 'application/json',
      'Accept-Language': 'en',
    };
    try {
      const response = await fetch(place, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(patience),
      });
      const { status, ok } = response;
      const answer: unknown = await response.json();
      if (ok) return { status, body: answer };
      if (isProblem(answer)) return { problem: answer };
      throw new Error(`it answers ${status}, and not why`);
    } catch (error) {
      const { cause = error } = error as Error;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new SettingsError(`No engine answers at ${place.origin}: ${reason}`);
    }
  }
}

function isProblem(answer: unknown): answer is ProblemDetails {
  return typeof (answer as Partial<ProblemDetails> | null)?.detail === 'string';
}

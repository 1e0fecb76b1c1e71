import { z } from 'zod';

const flag = z
  .enum(['true', 'false', '1', '0', ''])
  .transform((value) => value === 'true' || value === '1');

/**
 * Everything that differs between installations, read from the environment once, at start.
 * Flags of a command stand above it.
 */
const environment = z.object({
  /** Folder of all that is kept: events, read models, documents. */
  SATU_ATAP_DATA: z.string().min(1).default('data'),
  SATU_ATAP_HOST: z.string().min(1).default('127.0.0.1'),
  SATU_ATAP_PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  /** Demonstration: example services and files, and the engine signs tokens itself. */
  SATU_ATAP_DEMO: flag.default(false),
  /** The identity provider's keys, and what its tokens say of themselves. */
  SATU_ATAP_JWKS_URL: z.url().optional(),
  SATU_ATAP_ISSUER: z.string().min(1).default('satu-atap'),
  SATU_ATAP_AUDIENCE: z.string().min(1).default('satu-atap'),
  SATU_ATAP_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info'),
});

export type Settings = {
  data: string;
  host: string;
  port: number;
  demo: boolean;
  jwksUrl: URL | undefined;
  issuer: string;
  audience: string;
  logLevel: string;
};

/** A setting that cannot be used: the message names it, the rule and the way out. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** @throws SettingsError naming every setting that is wrong */
export function readSettings(
  env: NodeJS.ProcessEnv,
  flags: Partial<Pick<Settings, 'data' | 'host' | 'port' | 'demo'>> = {},
): Settings {
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `  ${path.join('.')}: ${message}`,
    );
    throw new SettingsError(`These settings cannot be used:\n${problems.join('\n')}`);
  }
  const read = parsed.data;
  return {
    data: flags.data ?? read.SATU_ATAP_DATA,
    host: flags.host ?? read.SATU_ATAP_HOST,
    port: flags.port ?? read.SATU_ATAP_PORT,
    demo: flags.demo ?? read.SATU_ATAP_DEMO,
    jwksUrl: read.SATU_ATAP_JWKS_URL ? new URL(read.SATU_ATAP_JWKS_URL) : undefined,
    issuer: read.SATU_ATAP_ISSUER,
    audience: read.SATU_ATAP_AUDIENCE,
    logLevel: read.SATU_ATAP_LOG_LEVEL,
  };
}

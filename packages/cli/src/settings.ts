import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isOrigin } from '@satu-atap/domain';
import {
  checkConnectionString,
  type EventStoreLocation,
  type SigningKeyPlace,
  type KeyRingLocation,
} from '@satu-atap/event-store';
import type { ReadModelsLocation } from '@satu-atap/projections';
import { smtpServer, type SmtpServer } from '@satu-atap/workers/smtp-server';
import { z } from 'zod';

/** What a process can do alone, where others do the rest. */
export const parts = ['api', 'projector', 'workers'] as const;
export type Part = (typeof parts)[number];

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
  /** EventStoreDB: `esdb://…` or `esdb+discover://…`; a file in the data folder when absent. */
  SATU_ATAP_EVENT_STORE: z.string().optional(),
  /** A file that holds the same: connection strings hold passwords. */
  SATU_ATAP_EVENT_STORE_FILE: z.string().min(1).optional(),
  /** PostgreSQL: `postgres://…`; files in the data folder when absent. */
  SATU_ATAP_READ_MODELS: z.string().optional(),
  SATU_ATAP_READ_MODELS_FILE: z.string().min(1).optional(),
  /** Where the keys of personal data are: `postgres://…`, or with the read models when absent. */
  SATU_ATAP_KEYS: z.string().optional(),
  SATU_ATAP_KEYS_FILE: z.string().min(1).optional(),
  /** A file with the key that wraps the keys of personal data: 32 random bytes in base64. */
  SATU_ATAP_MASTER_KEY_FILE: z.string().min(1).optional(),
  /** Runs this part alone; everything in one process when absent. */
  SATU_ATAP_ONLY: z.enum(parts).optional(),
  /** Demonstration: example services and files, and the engine signs tokens itself. */
  SATU_ATAP_DEMO: flag.default(false),
  /** The identity provider's keys, and what its tokens say of themselves. */
  SATU_ATAP_JWKS_URL: z.url().optional(),
  SATU_ATAP_ISSUER: z.string().min(1).default('satu-atap'),
  SATU_ATAP_AUDIENCE: z.string().min(1).default('satu-atap'),
  /** A folder of recipients; nobody but applicants is told when absent. */
  SATU_ATAP_NOTIFICATIONS: z.string().min(1).optional(),
  /** Of what happened longer ago, in hours, nobody is told. */
  SATU_ATAP_NOTIFICATIONS_MAX_AGE: z.coerce.number().min(1).max(8760).default(72),
  /** Where e-mail is handed in: `smtps://…`, or `smtp://…`; there is none when absent. */
  SATU_ATAP_SMTP: z.string().optional(),
  SATU_ATAP_SMTP_FILE: z.string().min(1).optional(),
  /** The address that e-mail comes from. */
  SATU_ATAP_SMTP_FROM: z.email().optional(),
  /** The key that signs checkpoints of the log, PKCS #8 PEM; made in the data folder when absent. */
  SATU_ATAP_SIGNING_KEY_FILE: z.string().min(1).optional(),
  /** What the log is called in its checkpoints; made up at its first one when absent. */
  SATU_ATAP_LOG_ORIGIN: z
    .string()
    .refine(isOrigin, 'must be a name without white space or plus, like "mpp.example.go.id/log"')
    .optional(),
  /** How often a checkpoint is signed while something happens, in seconds. */
  SATU_ATAP_CHECKPOINT_INTERVAL: z.coerce.number().min(1).max(86_400).default(60),
  /** Where checkpoints are written as files; in the data folder when absent. */
  SATU_ATAP_CHECKPOINTS: z.string().min(1).optional(),
  SATU_ATAP_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info'),
});

export type Settings = {
  data: string;
  eventStore: EventStoreLocation;
  readModels: ReadModelsLocation;
  /** Keys of personal data. */
  keys: KeyRingLocation;
  only: Part | undefined;
  host: string;
  port: number;
  demo: boolean;
  jwksUrl: URL | undefined;
  issuer: string;
  audience: string;
  logLevel: string;
  notifications: NotificationSettings;
  integrity: IntegritySettings;
};

export type IntegritySettings = {
  /** The key that signs checkpoints, and what the log is called. */
  key: SigningKeyPlace;
  /** How often one is signed while something happens, in seconds. */
  interval: number;
  /** Where they are written as files. */
  folder: string;
};

export type NotificationSettings = {
  /** Recipients, one a file. */
  folder: string | undefined;
  /** Of what happened longer ago, in hours, nobody is told. */
  maxAge: number;
  /** Where e-mail is handed in, and the address that it comes from. */
  email: { server: SmtpServer; from: string } | undefined;
};

/** A setting that cannot be used: the message names it, the rule and the way out. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** What a command's flags may say of them. */
export type SettingsFlags = {
  data?: string;
  host?: string;
  port?: number;
  demo?: boolean;
  eventStore?: string;
  readModels?: string;
  only?: Part;
  notifications?: string;
};

/** @throws SettingsError naming every setting that is wrong */
export function readSettings(env: NodeJS.ProcessEnv, flags: SettingsFlags = {}): Settings {
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `  ${path.join('.')}: ${message}`,
    );
    throw new SettingsError(`These settings cannot be used:\n${problems.join('\n')}`);
  }
  const read = parsed.data;
  const data = flags.data ?? read.SATU_ATAP_DATA;
  const eventStore = flags.eventStore ?? secretOf(read, 'SATU_ATAP_EVENT_STORE');
  const readModels = flags.readModels ?? secretOf(read, 'SATU_ATAP_READ_MODELS');
  const demo = flags.demo ?? read.SATU_ATAP_DEMO;
  const settings = {
    data,
    eventStore: eventStoreAt(eventStore, data),
    readModels: readModelsAt(readModels, data),
    keys: {
      ...keysAt(data, secretOf(read, 'SATU_ATAP_KEYS') ?? readModels),
      ...(read.SATU_ATAP_MASTER_KEY_FILE === undefined
        ? {}
        : { masterKeyFile: read.SATU_ATAP_MASTER_KEY_FILE }),
    },
    only: flags.only ?? read.SATU_ATAP_ONLY,
    host: flags.host ?? read.SATU_ATAP_HOST,
    port: flags.port ?? read.SATU_ATAP_PORT,
    demo,
    jwksUrl: read.SATU_ATAP_JWKS_URL ? new URL(read.SATU_ATAP_JWKS_URL) : undefined,
    issuer: read.SATU_ATAP_ISSUER,
    audience: read.SATU_ATAP_AUDIENCE,
    logLevel: read.SATU_ATAP_LOG_LEVEL,
    notifications: {
      folder: flags.notifications ?? read.SATU_ATAP_NOTIFICATIONS,
      maxAge: read.SATU_ATAP_NOTIFICATIONS_MAX_AGE,
      email: emailAt(secretOf(read, 'SATU_ATAP_SMTP'), read.SATU_ATAP_SMTP_FROM),
    },
    integrity: {
      key: {
        file: read.SATU_ATAP_SIGNING_KEY_FILE ?? join(data, 'keys', 'log-signing.pem'),
        origin: read.SATU_ATAP_LOG_ORIGIN,
        // Of several machines each would make a key of its own: there somebody has to give them one.
        // A demonstration is one process, whatever store it has.
        mayCreate:
          read.SATU_ATAP_SIGNING_KEY_FILE === undefined && (eventStore === undefined || demo),
      },
      interval: read.SATU_ATAP_CHECKPOINT_INTERVAL,
      folder: read.SATU_ATAP_CHECKPOINTS ?? join(data, 'checkpoints'),
    },
  };
  assertFitTogether(settings);
  return settings;
}

/**
 * The setting itself, or what the file holds that is named instead of it.
 *
 * @throws SettingsError for both, or a file that cannot be read
 */
export function secretOf(
  read: Readonly<Record<string, unknown>>,
  name: string,
): string | undefined {
  // Set to nothing is not set: what a compose file makes of a variable that is not there.
  const setting = (key: string) => {
    const found = read[key];
    return typeof found === 'string' && found !== '' ? found : undefined;
  };
  const file = setting(`${name}_FILE`);
  const value = setting(name);
  if (file === undefined) return value;
  if (value !== undefined) {
    throw new SettingsError(`${name} and ${name}_FILE are both set: keep one of them.`);
  }
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SettingsError(`${name}_FILE: ${file} cannot be read (${code ?? 'unknown'}).`);
  }
}

function eventStoreAt(connectionString: string | undefined, data: string): EventStoreLocation {
  if (connectionString === undefined) return { file: join(data, 'events.sqlite') };
  try {
    checkConnectionString(connectionString);
  } catch (error) {
    const rule = error instanceof Error ? error.message : String(error);
    throw new SettingsError(`SATU_ATAP_EVENT_STORE (--event-store) cannot be used: ${rule}.`);
  }
  return { connectionString };
}

function readModelsAt(postgres: string | undefined, data: string): ReadModelsLocation {
  if (postgres === undefined) return { folder: data };
  assertPostgres('SATU_ATAP_READ_MODELS (--read-models)', postgres);
  return { postgres };
}

/**
 * The key ring: in PostgreSQL, or in the data folder.
 *
 * @throws SettingsError for what is no address of a database
 */
export function keysAt(data: string, postgres?: string): KeyRingLocation {
  if (postgres === undefined) return { file: join(data, 'keys', 'personal-data.sqlite') };
  assertPostgres('SATU_ATAP_KEYS', postgres);
  return { postgres };
}

/** @throws SettingsError naming the setting */
function assertPostgres(setting: string, address: string): void {
  const url = URL.parse(address);
  if (url && ['postgres:', 'postgresql:'].includes(url.protocol) && url.pathname.length >= 2)
    return;
  throw new SettingsError(
    `${setting} cannot be used: it is postgres://user:password@host[:port]/database, special ` +
      'characters in it %-encoded.',
  );
}

function emailAt(url: string | undefined, from: string | undefined): NotificationSettings['email'] {
  if (url === undefined) return undefined;
  if (from === undefined) {
    throw new SettingsError('SATU_ATAP_SMTP_FROM is not set: say which address e-mail comes from.');
  }
  try {
    return { server: smtpServer(url), from };
  } catch (error) {
    const rule = error instanceof Error ? error.message : String(error);
    throw new SettingsError(`SATU_ATAP_SMTP cannot be used: ${rule}.`);
  }
}

/** @throws SettingsError for parts that could not reach what other processes keep */
function assertFitTogether({ only, demo, eventStore, readModels }: Settings): void {
  if (only === undefined) return;
  if ('file' in eventStore || 'folder' in readModels) {
    throw new SettingsError(
      `The ${only} alone needs stores that other processes reach, too: ` +
        'set SATU_ATAP_EVENT_STORE and SATU_ATAP_READ_MODELS, or leave --only (SATU_ATAP_ONLY) out.',
    );
  }
  if (demo) {
    throw new SettingsError('A demonstration runs in one process: leave --only or --demo out.');
  }
}

import type { Offices } from '@satu-atap/domain';
import {
  isPlain,
  type CommandHandler,
  type Erasure,
  type ErasureRefused,
  type ErasureRequest,
  type EventStore,
  type LogProver,
  type ServiceCatalogue,
} from '@satu-atap/event-store';
import type { ReadModels } from '@satu-atap/projections';
import type { Logger } from 'pino';
import type { DocumentStore } from './documents/document-store.ts';
import type { Identity } from './identity/identity.ts';

/** Whether this process should get requests, and anything an operator wants to know beside it. */
export type Readiness = { ready: boolean; [detail: string]: unknown };

export type Limits = {
  /** Largest JSON body, in bytes. */
  jsonBytes: number;
  /** How long a read waits for the read models, in milliseconds. */
  readWait: number;
  /** How many events the read models may be behind before `/readyz` says no. */
  eventsBehind: number;
};

export const defaultLimits: Limits = {
  jsonBytes: 256 * 1024,
  readWait: 5_000,
  eventsBehind: 1_000,
};

/** Everything the API stands on, given by the process that it is part of. */
export type ApiOptions = {
  commands: CommandHandler;
  services: ServiceCatalogue;
  readModels: ReadModels;
  offices: Offices;
  store: EventStore;
  documents: DocumentStore;
  /** Erases an applicant’s personal data everywhere: see `erasePersonalData`. */
  erase: (request: ErasureRequest) => Promise<Erasure | ErasureRefused>;
  identity: Identity;
  /** What the process itself says, beside the lag of the read models. */
  readiness: () => Promise<Readiness>;
  /** Aborts when the process is about to stop: what would go on for ever ends. */
  stopping?: AbortSignal;
  log: Logger;
  limits?: Partial<Limits>;
};

/** The same with its limits settled: what handlers get. */
export type Api = Omit<ApiOptions, 'limits'> & {
  limits: Limits;
  /** Proves events of the log as it lies there. */
  prover: LogProver;
};

/** The log as it lies there, personal data sealed: what is signed and proved. */
export function rawStore({ store }: Pick<ApiOptions, 'store'>): EventStore {
  return isPlain(store) ? store.raw : store;
}

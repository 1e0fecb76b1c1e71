export { createApi, createStatusApi } from './api.ts';
export { type ApiOptions, type Limits, type Readiness } from './api-options.ts';
export type { DocumentStore, StoredDocument } from './documents/document-store.ts';
export { FileDocumentStore } from './documents/file-document-store.ts';
export { cachedIdentity } from './identity/cached-identity.ts';
export type { Identified, Identity } from './identity/identity.ts';
export { jwksIdentity, type JwksIdentityOptions } from './identity/jwks-identity.ts';
export { LocalIssuer, type TokenRequest } from './identity/local-issuer.ts';
export { openApiDocument } from './openapi.ts';
export type { ProblemDetails } from './problems/problem-table.ts';
export type { Problem, ProblemType } from './problems/problem.ts';
export { routes } from './routes/routes.ts';
export type {
  ActionView,
  ApplicationDetailView,
  ServiceRowView,
  WorklistItemView,
} from './views/schemas.ts';

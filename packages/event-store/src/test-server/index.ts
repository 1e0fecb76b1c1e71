export type { TlsOptions, Users } from './authentication.ts';
export {
  startTestCluster,
  type ClusterNode,
  type TestCluster,
  type TestClusterOptions,
} from './cluster.ts';
export type { Faults, Release, SupportedMethodsAnswer } from './faults.ts';
export type { Method } from './open-calls.ts';
export { startTestServer, type TestServer, type TestServerOptions } from './server.ts';
export { CallError, unavailable } from './statuses.ts';

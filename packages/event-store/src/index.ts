export { ApplicationMemory, applicationPrefix, applicationStream } from './application-memory.ts';
export { applicationsOf, readApplication } from './applications-of-service.ts';
export * from './clock-reports.ts';
export * from './calendar-catalogue.ts';
export * from './command-handler.ts';
export { asStep, checkApplication } from './conformance/check-application.ts';
export * from './conformance/check-log.ts';
export { PublishedServices } from './conformance/published-services.ts';
export * from './event-ids.ts';
export * from './event-store.ts';
export * from './evidence-accesses.ts';
export * from './imported-logs.ts';
export * from './integrity/index.ts';
export * from './notifications/index.ts';
export { numberPrefix } from './number-register.ts';
export * from './numbers-of-service.ts';
export * from './personal-data/index.ts';
export * from './service-catalogue.ts';
export {
  EmbeddedEventStore,
  type EmbeddedEventStoreOptions,
} from './embedded/embedded-event-store.ts';
export * from './read-by-stream.ts';
export * from './replay-application.ts';
export { openEventStore, type EventStoreLocation } from './open-event-store.ts';
export { faultOf, threadFault, type ThreadFault } from './thread-fault.ts';
export * from './try-application.ts';
export { checkConnectionString } from './eventstoredb/connection-string.ts';

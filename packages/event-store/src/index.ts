export * from './command-handler.ts';
export * from './event-ids.ts';
export * from './event-store.ts';
export * from './service-catalogue.ts';
export { EmbeddedEventStore } from './embedded/embedded-event-store.ts';

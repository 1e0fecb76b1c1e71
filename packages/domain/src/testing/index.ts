export * from './given.ts';
export * from './sample-people.ts';
export * from './sample-service.ts';

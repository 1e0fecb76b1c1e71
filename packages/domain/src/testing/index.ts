export * from './given.ts';
export * from './golden-replay.ts';
export * from './patched.ts';
export * from './published-calendars.ts';
export * from './recorded-history.ts';
export * from './sample-outputs.ts';
export * from './sample-people.ts';
export * from './sample-service.ts';

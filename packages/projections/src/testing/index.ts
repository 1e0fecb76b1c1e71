export * from './dump.ts';
export * from './places.ts';
export * from './postgres.ts';

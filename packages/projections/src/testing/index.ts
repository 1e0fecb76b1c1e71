export * from './dump.ts';
export * from '../figures/log-histogram.ts';
export { periodsOf } from '../figures/periods.ts';
export * from './places.ts';
export * from './postgres.ts';

export * from './simulated-history.ts';

export * from './next-command.ts';
export * from './random.ts';
export * from './simulate.ts';

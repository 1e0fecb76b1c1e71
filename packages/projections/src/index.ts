export * from './read-models.ts';
export * from './read-models-of.ts';
export { Projector, type ProjectorOptions, type ProjectorStatus } from './projector/projector.ts';
export { ProjectorThread, type ProjectorThreadOptions } from './projector/projector-thread.ts';

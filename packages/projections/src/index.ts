export * from './read-models.ts';
export * from './read-models-of.ts';
export type * from './figures/figures.ts';
export type { ReadModelsLocation } from './database/open-read-models.ts';
export {
  ReadModelsUnavailableError,
  type ReadModelsStatus,
} from './database/read-models-database.ts';
export { ReadModelsReader, type ReadModelsReaderOptions } from './read-models-reader.ts';
export { Projector, type ProjectorOptions, type ProjectorStatus } from './projector/projector.ts';
export { ProjectorThread, type ProjectorThreadOptions } from './projector/projector-thread.ts';
export { projectedStreams } from './projector/project.ts';
export {
  compareReadModels,
  type ReadModelsCompared,
  type ReadModelsComparison,
} from './comparison/compare-read-models.ts';
export type { RowDifference } from './comparison/compare-tables.ts';

export { readServices } from './definition-file.ts';
export { compiledOffices } from './definitions.ts';
export { startEngine, type Engine, type EngineOptions } from './engine.ts';
export { readSettings, SettingsError, type Settings } from './settings.ts';

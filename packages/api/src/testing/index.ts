export { hostileDefinitions } from './hostile-definitions.ts';

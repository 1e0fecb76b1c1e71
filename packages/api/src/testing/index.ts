export { hostileDefinitions } from './hostile-definitions.ts';
export { openMall, type Mall, type Person } from './mall.ts';

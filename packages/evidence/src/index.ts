export type { LogAttribute } from '@satu-atap/domain';

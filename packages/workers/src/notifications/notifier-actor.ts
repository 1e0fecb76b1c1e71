import { builtInRoles, type Actor } from '@satu-atap/domain';

/** Who records what is sent. */
export const notifier: Actor = { id: 'notifier', roles: [builtInRoles.system] };

import { useCompileCache } from '../compile-cache.ts';

// A thread of `satu-atap verify`: see run-tasks.ts.
useCompileCache();
await import('./do-tasks.ts');

import { useCompileCache } from './compile-cache.ts';

// Before anything else is loaded.
useCompileCache();
await import('./program.ts');

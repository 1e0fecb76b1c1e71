import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'architecture/*.test.ts', 'bench/**/*.test.ts'],
    // Many tests wait for servers, processes and deadlines: fewer would leave processors idle.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    // A test that hangs is told from one on a busy machine by more than five seconds.
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});

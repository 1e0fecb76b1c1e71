import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'architecture/*.test.ts', 'bench/**/*.test.ts'],
  },
});

import { defineConfig } from 'vitest/config'

/** The long tests: full fuzzing, soaks, sanitizer builds. `npm run test:long`. */
export default defineConfig({
  test: { include: ['test/**/*.long.test.ts'], testTimeout: 5_400_000, hookTimeout: 600_000, maxWorkers: 1 },
})

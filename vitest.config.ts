import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/**/*.long.test.ts', 'node_modules'],
    testTimeout: 60_000,
    maxWorkers: 2,
    // Robots are tested in real time: on a shared machine a pause of seconds is no fault of theirs, twice in a row it is.
    retry: process.env.CI ? 2 : 0,
  },
})

import { defineConfig } from 'vitest/config'

/**
 * Rooms whose tests change what a process has but once (signals, its environment, modules put in place of others), look at
 * its memory, or watch robots in real time: each of their files gets a process of its own. All others share one a worker,
 * where a module is loaded once; half of what small files cost was loading.
 */
const alone = [
  ...['emulated', 'examples', 'native', 'package', 'sdk/iot', 'sdk/robot', 'sdk/server', 'sdk/pull'].map(
    (room) => `test/${room}/**/*.test.ts`,
  ),
  ...[
    ...['hal/environment', 'kernels/ladder/cpp/linear', 'kernels/packed-cache', 'kernels/wasm/engine'],
    ...[
      'sdk/cli/cli',
      'sdk/cli/compile',
      'sdk/cli/inspect-schema',
      'sdk/model/gguf.fuzz',
      'sdk/open/inspect',
      'sdk/open/pulse',
      'sdk/action/audit/kill',
    ],
  ].map((file) => `test/${file}.test.ts`),
]
const include = ['test/**/*.test.ts']
const exclude = ['test/**/*.long.test.ts', 'node_modules']

export default defineConfig({
  test: {
    // Only what hangs takes so long: on a machine that others use too, a test or what readies it may have a twentieth of a core.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    maxWorkers: 2,
    // Robots are tested in real time: on a shared machine a pause of seconds is no fault of theirs, twice in a row it is.
    retry: process.env.CI ? 2 : 0,
    projects: [
      { extends: true, test: { name: 'alone', include: alone, exclude } },
      { extends: true, test: { name: 'together', include, exclude: [...exclude, ...alone], isolate: false } },
    ],
  },
})

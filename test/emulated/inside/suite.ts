/**
 * Runs test files inside an emulated Node.
 * takes  the file for the results, a pattern of test names, how long a test may take, test files (compiled, absolute)
 * gives  JSON: { tests: { name, state, ms, errors }[], errors of files } · before ../emulate
 */
import { writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { type File, startTests, type Task, type VitestRunner } from '@vitest/runner'

const [results, pattern, timeout, ...files] = process.argv.slice(2)
// The host cannot start a program of this architecture; it can start the script that starts the emulator.
if (process.env.LUTRA_EMULATED_NODE) process.execPath = process.env.LUTRA_EMULATED_NODE

const runner: VitestRunner = {
  config: {
    root: process.cwd(),
    setupFiles: [],
    name: undefined,
    passWithNoTests: false,
    testNamePattern: pattern ? new RegExp(pattern) : undefined,
    allowOnly: false,
    sequence: { seed: 1, hooks: 'stack', setupFiles: 'list' },
    chaiConfig: undefined,
    maxConcurrency: 1,
    testTimeout: Number(timeout),
    hookTimeout: Number(timeout),
    retry: 0,
    includeTaskLocation: false,
    tags: [],
    tagsFilter: undefined,
    strictTags: false,
  },
  importFile: (path) => import(pathToFileURL(path).href),
  onAfterRunTask(test) {
    console.error(`${test.result?.state} ${test.name} ${Math.round(test.result?.duration ?? 0)} ms`)
  },
}

const told = (task: Task): string[] => task.result?.errors?.map(({ message, diff }) => [message, diff].join('\n')) ?? []

function flat(task: Task, path: string): { name: string; state: string; ms: number; errors: string[] }[] {
  const name = path ? `${path} > ${task.name}` : task.name
  if (task.type === 'test') {
    const state = task.result?.state ?? task.mode
    return [{ name, state, ms: Math.round(task.result?.duration ?? 0), errors: told(task) }]
  }
  return task.tasks.flatMap((each) => flat(each, name))
}

const ran: File[] = await startTests(files, runner)
const tests = ran.flatMap((file) => file.tasks.flatMap((task) => flat(task, '')))
const suites = (task: Task): Task[] => (task.type === 'test' ? [] : [task, ...task.tasks.flatMap(suites)])
writeFileSync(results, JSON.stringify({ tests, errors: ran.flatMap(suites).flatMap(told) }))
process.exit(0)

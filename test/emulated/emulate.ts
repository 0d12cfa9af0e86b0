/**
 * Runs one of ./inside's scripts in an emulated Node.
 * takes  a core, a script, arguments, environment, a time limit · gives  the JSON that it wrote
 * after  ./tools, ./tree
 */
import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Look } from './inside/look.js'
import type { Core, Machine } from './machines.js'
import { emulatedAddon, emulatedNode, missingTools } from './tools.js'
import { buildTree } from './tree.js'

export interface Ran {
  readonly tests: readonly {
    readonly name: string
    readonly state: string
    readonly ms: number
    readonly errors: readonly string[]
  }[]
  readonly errors: readonly string[]
}

type Environment = Readonly<Record<string, string>>

export interface Emulated {
  /** A program that is this core's Node, for whoever starts programs. */
  start(core: Core): string
  /** Runs test files (as in test/, without ending) whose names match; a test may take ten minutes. */
  suite(core: Core, pattern: string, files: readonly string[], env?: Environment): Promise<Ran>
  /** What this core is to hal and the addon, and what the pilot answers to so many sentences. */
  look(core: Core, sentences: number, env?: Environment): Promise<Look>
}

/** Makes the machine ready, or says why it cannot be. */
export async function prepare(machine: Machine): Promise<Emulated | { readonly reason: string }> {
  const reason = missingTools(machine)
  if (reason !== undefined) return { reason }
  const [node, addon, tree] = [await emulatedNode(machine), await emulatedAddon(machine), await buildTree()]
  const script = (name: string) => resolve(tree, 'test', 'emulated', 'inside', name)
  const preload = machine.preload ? ` --import ${script(machine.preload)}` : ''
  // A script, because the host starts it where a program of another architecture would be refused: so children can be had.
  const start = ({ cpu }: Core): string => {
    const place = resolve(folder, 'start', `${machine.arch}-${cpu}`)
    mkdirSync(dirname(place), { recursive: true })
    const line = `exec ${machine.emulator} -L ${machine.sysroot} -cpu ${cpu} ${node}${preload} "$@"`
    writeFileSync(place, `#!/bin/sh\n${line}\n`)
    chmodSync(place, 0o755)
    return place
  }
  const run = (core: Core, env: Environment, args: readonly string[]) => {
    const place = start(core)
    return emulate(place, { LUTRA_ADDON: addon, LUTRA_EMULATED_NODE: place, ...env }, args)
  }
  return {
    start,
    async suite(core, pattern, files, env = {}) {
      const paths = files.map((file) => resolve(tree, 'test', `${file}.test.js`))
      return (await run(core, env, [script('suite.js'), pattern, '600000', ...paths])) as Ran
    },
    look: async (core, sentences, env = {}) => (await run(core, env, [script('look.js'), String(sentences)])) as Look,
  }
}

const folder = 'build/emulated'
/** Nothing here takes so long, but what hangs must end. */
const limit = 3_600_000

let count = 0

async function emulate(start: string, env: Environment, [script, ...args]: readonly string[]): Promise<unknown> {
  const answer = resolve(folder, `answer-${process.pid}-${count++}.json`)
  let said = ''
  try {
    const ended = await new Promise<string>((settle, failed) => {
      const child = spawn(start, [script, answer, ...args], {
        env: { ...process.env, NODE_OPTIONS: '', ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const late = setTimeout(() => child.kill('SIGKILL'), limit)
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (bytes: Buffer) => {
          said = (said + bytes).slice(-10_000)
        })
      child.once('error', failed)
      child.once('close', (code, signal) => {
        clearTimeout(late)
        settle(signal ?? String(code))
      })
    })
    if (ended !== '0') throw new Error(`${start} ${script} ended by ${ended}: ${said}`)
    return JSON.parse(readFileSync(answer, 'utf8'))
  } finally {
    rmSync(answer, { force: true })
  }
}

/**
 * Runs one of ./inside's scripts in an emulated Node.
 * takes  a core, a script, arguments, environment, a time limit · gives  the JSON that it wrote
 * after  ./tools, ./tree
 */
import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
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
  const script = (name: string) => join(tree, 'test', 'emulated', 'inside', name)
  return {
    async suite(core, pattern, files, env = {}) {
      const paths = files.map((file) => resolve(tree, 'test', `${file}.test.js`))
      return (await emulate(core, node, addon, env, [script('suite.js'), pattern, '600000', ...paths])) as Ran
    },
    look: async (core, sentences, env = {}) =>
      (await emulate(core, node, addon, env, [script('look.js'), String(sentences)])) as Look,
  }
}

const folder = 'build/emulated'
/** Nothing here takes so long, but what hangs must end. */
const limit = 3_600_000

let count = 0

async function emulate(
  { machine, cpu }: Core,
  node: string,
  addon: string,
  env: Environment,
  [script, ...args]: string[],
): Promise<unknown> {
  // A script, because the host starts it where a program of another architecture would be refused: so children can be had.
  const place = resolve(folder, 'start')
  const start = join(place, `${machine.arch}-${cpu}`)
  mkdirSync(place, { recursive: true })
  const preload = machine.preload ? ` --import ${resolve(dirname(script), machine.preload)}` : ''
  writeFileSync(start, `#!/bin/sh\nexec ${machine.emulator} -L ${machine.sysroot} -cpu ${cpu} ${node}${preload} "$@"\n`)
  chmodSync(start, 0o755)
  const answer = resolve(folder, `answer-${process.pid}-${count++}.json`)
  const whole = { ...process.env, NODE_OPTIONS: '', LUTRA_ADDON: addon, LUTRA_EMULATED_NODE: start, ...env }
  let said = ''
  try {
    const ended = await new Promise<string>((settle, failed) => {
      const child = spawn(start, [script, answer, ...args], { env: whole, stdio: ['ignore', 'pipe', 'pipe'] })
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
    if (ended !== '0') throw new Error(`${script} on ${cpu} ended by ${ended}: ${said}`)
    return JSON.parse(readFileSync(answer, 'utf8'))
  } finally {
    rmSync(answer, { force: true })
  }
}

/**
 * Makes a process of the Verilog: verilator where it is installed (fast, takes seconds to build), else iverilog (slow, ready
 * at once). Built once for each set of sources, parameters and tool, and kept in the user's cache folder.
 * takes  parameters of lut_core.v · gives  a command line that speaks the protocol of docs/lut-core-rtl.md
 * before ./parameters · after ./array
 */
import { execFile } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { cacheFolder } from '../../../hal/cache-folder.js'
import { LutraError } from '../../../hal/error.js'
import { packageRoot } from '../../../hal/worker-file.js'
import type { RtlParameters } from './parameters.js'

export const simulators = ['verilator', 'iverilog'] as const
export type Simulator = (typeof simulators)[number]

export interface BuildOptions {
  /** Default: the first that is installed. */
  readonly simulator?: Simulator
  readonly signal?: AbortSignal
}

const run = promisify(execFile)
/** A wide array takes g++ a minute or two on a small board. */
const buildMilliseconds = 15 * 60_000

/** The folder of the Verilog, as it stands in the package. */
export function rtlFolder(): string {
  return join(packageRoot(dirname(fileURLToPath(import.meta.url))), 'kernels', 'lut-core', 'rtl')
}

/** The array's modules, and nothing that stands beside them. */
export async function verilogFiles(): Promise<string[]> {
  return (await readdir(rtlFolder())).filter((name) => /^lut_\w+\.v$/.test(name)).sort()
}

/** What the tool says of itself; undefined: not installed. */
export async function simulatorVersion(simulator: Simulator): Promise<string | undefined> {
  try {
    const { stdout } = await run(simulator, [simulator === 'iverilog' ? '-V' : '--version'], { timeout: 30_000 })
    return stdout.split('\n')[0]
  } catch {
    return undefined
  }
}

/** LutraError unsupported: no simulator; io: it would not build. */
export async function buildDevice(parameters: RtlParameters, options: BuildOptions = {}): Promise<readonly string[]> {
  const { simulator, version } = await choose(options.simulator)
  const folder = rtlFolder()
  const sources = await verilogFiles()
  const own = simulator === 'verilator' ? ['main.cpp', 'wire.h', 'bits.h'] : ['device.v', 'wire.vh']
  const files = [...sources, ...own.map((name) => join('device', name))]
  const hash = createHash('sha256').update(JSON.stringify([version, parameters]))
  for (const file of files) hash.update(await readFile(join(folder, file)))
  const cache = join(cacheFolder(process.env) ?? privateFolder(), 'lut-core-rtl')
  const target = join(cache, `${hash.digest('hex').slice(0, 32)}.${simulator === 'verilator' ? 'exe' : 'vvp'}`)
  if (!existsSync(target)) {
    const work = join(cache, `building-${randomUUID()}`)
    await mkdir(work, { recursive: true })
    try {
      for (const file of files) await copyFile(join(folder, file), join(work, file.replace(/^device\W/, '')))
      const built = await compile[simulator](work, sources, parameters, options.signal)
      // Whoever else builds the same puts the same there.
      await rename(built, target)
    } finally {
      await rm(work, { recursive: true, force: true })
    }
  }
  return simulator === 'verilator' ? [target] : ['vvp', '-n', target]
}

/** Without a cache: for this process only, and nobody else's, since what is in it is run. */
function privateFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lutra-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function choose(wish: Simulator | undefined): Promise<{ simulator: Simulator; version: string }> {
  const asked = wish ? [wish] : simulators
  for (const simulator of asked) {
    const version = await simulatorVersion(simulator)
    if (version !== undefined) return { simulator, version }
  }
  const names = asked.join(' or ')
  throw new LutraError('unsupported', `Expected ${names} to simulate Verilog but found none; apt install ${names}`)
}

type Compile = (work: string, sources: string[], parameters: RtlParameters, signal?: AbortSignal) => Promise<string>

const compile: Readonly<Record<Simulator, Compile>> = {
  async verilator(work, sources, parameters, signal) {
    const constants = Object.entries(parameters).map(([name, value]) => `constexpr unsigned ${name} = ${value};\n`)
    await writeFile(join(work, 'parameters.h'), constants.join(''))
    // One file of C++ is quicker to compile than twenty; initial values and set-up need no optimization.
    await tool(work, 'verilator', signal, [
      ...['--cc', '--exe', '--build', '-O3', '--output-split', '0', '--top-module', 'lut_core', '--Mdir', 'obj'],
      ...Object.entries(parameters).map(([name, value]) => `-G${name}=${value}`),
      ...['-CFLAGS', '-std=c++17 -I..', '-MAKEFLAGS', 'OPT_FAST=-O1 OPT_SLOW=-O0 OPT_GLOBAL=-O1'],
      ...sources,
      'main.cpp',
    ])
    return join(work, 'obj', 'Vlut_core')
  },
  async iverilog(work, sources, parameters, signal) {
    await tool(work, 'iverilog', signal, [
      ...['-g2005', '-o', 'device.vvp', '-s', 'lut_device'],
      ...Object.entries(parameters).map(([name, value]) => `-Plut_device.${name}=${value}`),
      ...sources,
      'device.v',
    ])
    return join(work, 'device.vvp')
  },
}

/** Runs in a folder of its own with relative names: make takes no spaces in paths. */
async function tool(cwd: string, file: string, signal: AbortSignal | undefined, args: string[]): Promise<void> {
  try {
    await run(file, args, { cwd, signal, timeout: buildMilliseconds, maxBuffer: 1 << 26 })
  } catch (cause) {
    if (signal?.aborted) throw new LutraError('cancelled', `Expected ${file} to finish but it was cancelled`, { cause })
    const { stderr = '', message } = cause as Error & { stderr?: string }
    throw new LutraError(
      'io',
      `Expected ${file} to build the array but it said: ${(stderr || message).trim().slice(-600)}`,
      {
        cause,
      },
    )
  }
}

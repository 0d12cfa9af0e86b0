/**
 * Yosys with one script for every design: modules that repeat are mapped once, then all is flattened for counting.
 * takes  a module and its parameters · gives  a flat netlist of the library's cells
 * before ./library, ./adders · after ./measure
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { LutraError } from '../../../hal/error.js'
import { packageRoot } from '../../../hal/worker-file.js'
import { adders } from './adders.js'

const run = promisify(execFile)

/** A module of yosys's JSON. Bits are net numbers, or '0', '1', 'x'. */
export interface Netlist {
  readonly ports: Readonly<Record<string, { direction: string; bits: readonly (number | string)[] }>>
  readonly cells: Readonly<Record<string, { type: string; connections: Record<string, readonly (number | string)[]> }>>
}

/**
 * For abc: area first (`map -a`). `thorough` looks for equal nodes by SAT, which takes forever in trees of multipliers and
 * makes no difference to them; `plain` does not look.
 */
export const efforts = {
  thorough: '+strash;&get,-n;&fraig,-x;&put;scorr;dc2;dch,-f;map,-a;topo',
  plain: '+strash;dc2;dch,-f;map,-a;topo',
} as const
export type Effort = keyof typeof efforts

/** How a design is mapped; the same for whatever is compared. */
export interface Flow {
  /** Default: plain where there are multipliers, else thorough. */
  readonly effort?: Effort
  /** Default `cells`: the library's full adders. `gates`: what abc makes of an adder's logic. */
  readonly adders?: 'cells' | 'gates'
}

/** What yosys says of itself; undefined: not installed. */
export async function yosysVersion(): Promise<string | undefined> {
  try {
    return (await run('yosys', ['-V'], { timeout: 30_000 })).stdout.trim()
  } catch {
    return undefined
  }
}

/** LutraError unsupported: no yosys; io: it failed; cancelled. */
export async function synthesize(
  module: string,
  parameters: Readonly<Record<string, number>>,
  liberty: string,
  { effort = module.startsWith('lut_') ? 'thorough' : 'plain', adders: how = 'cells' }: Flow = {},
  signal?: AbortSignal,
): Promise<Netlist> {
  if ((await yosysVersion()) === undefined)
    throw new LutraError('unsupported', 'Expected yosys to synthesize Verilog but found none; apt install yosys')
  const rtl = join(packageRoot(dirname(fileURLToPath(import.meta.url))), 'kernels', 'lut-core', 'rtl')
  const files = (await readdir(rtl)).filter((name) => /^(lut|mac|add|fp)_\w+\.v$/.test(name)).sort()
  const work = await mkdtemp(join(tmpdir(), 'lutra-synth-'))
  try {
    const set = Object.entries(parameters).map(([name, value]) => ` -set ${name} ${value}`)
    const script = [
      `read_liberty -lib "${liberty}"`,
      `read_verilog ${files.map((name) => `"${join(rtl, name)}"`).join(' ')}`,
      ...(set.length > 0 ? [`chparam${set.join('')} ${module}`] : []),
      `synth -top ${module} -run begin:fine`,
      // Trees and chains of adders become cells; twice, since chains become single adders first.
      ...(how === 'cells'
        ? ['maccmap', 'opt_clean', ...['$fa', '$alu', '$fa'].map((t) => `techmap -map adders.v t:${t}`)]
        : []),
      `synth -top ${module} -run fine:`,
      `dfflibmap -liberty "${liberty}"`,
      `abc -liberty "${liberty}" -script ${efforts[effort]}`,
      'flatten',
      'opt_clean -purge',
      'write_json netlist.json',
    ]
    await writeFile(join(work, 'adders.v'), adders)
    await writeFile(join(work, 'run.ys'), script.join('\n'))
    try {
      await run('nice', ['yosys', '-q', '-s', 'run.ys'], {
        cwd: work,
        signal,
        timeout: 20 * 60_000,
        maxBuffer: 1 << 26,
      })
    } catch (cause) {
      if (signal?.aborted)
        throw new LutraError('cancelled', `Expected ${module} to be synthesized but it was cancelled`)
      const said = (cause as { stderr?: string }).stderr?.trim().slice(-600)
      throw new LutraError('io', `Expected yosys to synthesize ${module} but it said: ${said}`, { cause })
    }
    const { modules } = JSON.parse(await readFile(join(work, 'netlist.json'), 'utf8'))
    const tops = Object.values(modules as Record<string, Netlist & { attributes?: { top?: string } }>)
    const top = tops.find(({ attributes }) => attributes?.top) ?? tops[0]
    if (!top) throw new LutraError('format', `Expected a netlist of ${module} but found none`)
    return top
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

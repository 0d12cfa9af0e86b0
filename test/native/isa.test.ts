/**
 * No illegal instruction on the smallest CPU: what is compiled for more than that stays inside its own files. A function
 * that the linker may take from any object (an inline one of std, a template) must come from none of those; and the other
 * objects hold nothing but baseline instructions.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildKernels, missingTools } from './arm.js'

interface Family {
  readonly name: string
  /** Folder of objects; a reason where there are none. */
  readonly objects: () => Promise<{ readonly folder: string } | { readonly reason: string }>
  readonly tool: (name: string) => string
  /** Objects compiled for more than the baseline. */
  readonly tier: RegExp
  /** Instructions beyond the baseline, as objdump names them. */
  readonly beyond: RegExp
}

const families: readonly Family[] = [
  {
    name: 'arm64',
    async objects() {
      const reason = missingTools()
      if (reason !== undefined) return { reason }
      await buildKernels()
      return { folder: 'build/arm' }
    },
    tool: (name) => (process.arch === 'arm64' ? name : `aarch64-linux-gnu-${name}`),
    tier: /neon-dotprod|native-i8mm|native-sve2/,
    // Dot products, matrix products, half floats' arithmetic and widening, LSE atomics, RCpc loads, SVE.
    beyond:
      /\t(?:[us]{1,2}dot|[us]{1,2}mmla|bf(?:dot|mmla|mlal[bt]|cvtn?2?)|fml[as]l2?|sq?rdml[as]h|fc(?:add|mla)|(?:ld|st)(?:add|clr|eor|set)\w*|swp\w*|casp?[al]*[bh]?|ldapr\w*|ptrue|while\w+|cnt[bhwd]|rdvl)\t|\t(?:fadd|fmul|fml[as]|fsub|fmadd)\t(?:v\d+\.[48]h|h\d)|\tz\d/,
  },
  {
    name: 'x64',
    async objects() {
      const folder = 'build/CMakeFiles/lutra.dir'
      if (process.arch !== 'x64') return { reason: 'this is another machine' }
      return existsSync(folder) ? { folder } : { reason: 'no objects: npm run build:native' }
    },
    tool: (name) => name,
    tier: /sse41|avx|tier_amx/,
    // Every VEX or EVEX instruction, AMX, and SSE3 to SSE4.2.
    beyond:
      /\t\{?v[a-z]+\w* .*%|\ttile\w+ |\t(?:pshufb|pmadd?ubsw|pabs\w|palignr|phadd\w+|pm(?:in|ax)(?:sb|sd|u[wd])|pmulld|pmov[sz]x\w+|pextr[bdq]|pinsr[bdq]|round[sp][sd]|blend\w+|pblend\w+|ptest|haddp[sd]|movs[hl]dup|movddup|crc32\w?|popcnt\w?) /,
  },
]

describe.each(families)('objects for $name', (family) => {
  it('keep higher instruction sets to their own files', { timeout: 900_000 }, async (context) => {
    const found = await family.objects()
    if ('reason' in found) return context.skip(found.reason)
    const all = objectsIn(found.folder)
    const tiers = all.filter((path) => family.tier.test(path))
    expect(tiers.length).toBeGreaterThan(1)
    for (const path of tiers) expect([path, shared(family, path)]).toEqual([path, []])
    const others = all.filter((path) => !tiers.includes(path))
    expect(others.length).toBeGreaterThan(10)
    for (const path of others) expect([path, beyond(family, path)]).toEqual([path, []])
    // The pattern is worth something: it finds the tiers' own.
    for (const path of tiers) expect([path, beyond(family, path).length > 0]).toEqual([path, true])
  })
})

function objectsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => path.endsWith('.o'))
}

/** Symbols that the linker may take from this object for all others. */
function shared({ tool }: Family, path: string): string[] {
  return output(tool('nm'), ['-C', path])
    .split('\n')
    .filter((line) => /^\S* [VWu] /.test(line))
}

function beyond(family: Family, path: string): string[] {
  const lines = output(family.tool('objdump'), ['-d', '--no-show-raw-insn', path]).split('\n')
  return lines.filter((line) => family.beyond.test(line))
}

function output(command: string, args: readonly string[]): string {
  const { stdout, status, error } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28 })
  if (error || status !== 0) throw new Error(`${command} failed on ${args.at(-1)}`)
  return stdout
}

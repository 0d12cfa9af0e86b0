/** The kernels for 64-bit ARM in a minute or two, for CI; every size of them is arm.long.test.ts's matter. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openGguf } from '../../sdk/model/gguf.js'
import { sharedData } from '../sdk/model/shared-data.js'
import { armCores, buildKernels, missingTools, runKernels } from './arm.js'
import { keepsToItself } from './isa.js'

const reason = missingTools()
if (reason !== undefined) console.log(`ARM kernel tests skipped: ${reason}`)

describe.skipIf(reason !== undefined)('ARM kernels', () => {
  it('keep higher instruction sets to their own files', async () => {
    await buildKernels()
    keepsToItself({
      folder: 'build/arm',
      tool: (name) => (process.arch === 'arm64' ? name : `aarch64-linux-gnu-${name}`),
      tier: /neon-dotprod|native-i8mm|native-sve2/,
      // Dot products, matrix products, half floats' arithmetic and widening, LSE atomics, RCpc loads, SVE.
      beyond:
        /\t(?:[us]{1,2}dot|[us]{1,2}mmla|bf(?:dot|mmla|mlal[bt]|cvtn?2?)|fml[as]l2?|sq?rdml[as]h|fc(?:add|mla)|(?:ld|st)(?:add|clr|eor|set)\w*|swp\w*|casp?[al]*[bh]?|ldapr\w*|ptrue|while\w+|cnt[bhwd]|rdvl)\t|\t(?:fadd|fmul|fml[as]|fsub|fmadd)\t(?:v\d+\.[48]h|h\d)|\tz\d/,
    })
  })

  it.each(armCores)('are chosen on $cpu', async ({ cpu, tier }) => {
    const chosen = await runKernels(await buildKernels(), cpu, 'chosen')
    if (process.arch !== 'arm64') expect(chosen).toBe(`${tier}\n`)
  })

  // The longest vectors, and every size, are for arm.long.test.ts.
  it.each(armCores.filter(({ quick }) => quick))('agree with scalar on $cpu', async ({ cpu, tier }) => {
    const lines = await runKernels(await buildKernels(), cpu, 'quick', tier)
    if (process.arch !== 'arm64') expect(lines).toMatch(new RegExp(`^${tier}: \\d{3,} cases`, 'm'))
  })

  // The public ARM runtime takes these files for blocks of 64, and gives other sums.
  it.for<[string, () => Ternary | undefined | Promise<Ternary | undefined>]>([
    ['made here', () => ({ cols: 384, rows: 40, bytes: numbered(384 * 40) })],
    ['golden-bitnet-I2_S.gguf', golden],
  ])('read I2_S in its canonical order: %s', async ([, made], context) => {
    const tensor = await made()
    if (!tensor) return context.skip(sharedData.reason)
    const folder = mkdtempSync(join(tmpdir(), 'lutra-i2s-'))
    try {
      const path = join(folder, 'tensor')
      writeFileSync(path, known(tensor))
      const program = await buildKernels('i2s')
      for (const cpu of ['cortex-a72', 'cortex-a76']) {
        const lines = await runKernels(program, cpu, path)
        const all = 3 * tensor.rows
        expect(lines).toContain(`neon algorithm 0: ${all} of ${all} sums equal`)
        if (cpu === 'cortex-a76' && process.arch !== 'arm64') expect(lines).toMatch(/^neon-dotprod algorithm 1/m)
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

interface Ternary {
  readonly cols: number
  readonly rows: number
  readonly bytes: Uint8Array
}

/** Codes 0, 1 and 2 that no other order gives, and a scale that float32 holds exactly. */
function numbered(weights: number): Uint8Array {
  const bytes = new Uint8Array(weights / 4 + 32)
  for (let i = 0; i < weights; i++) {
    const [block, place] = [Math.floor(i / 128), i % 128]
    bytes[32 * block + (place % 32)] |= ((i * i + 5 * i) % 3) << (6 - 2 * Math.floor(place / 32))
  }
  new DataView(bytes.buffer).setFloat32(weights / 4, 0.375, true)
  return bytes
}

async function golden(): Promise<Ternary | undefined> {
  if (!sharedData.there) return undefined
  const file = await openGguf(sharedData.path('golden', 'golden-bitnet-I2_S.gguf'))
  const { shape, bytes } = file.tensors.get('blk.0.ffn_down.weight')!
  return { cols: shape[0], rows: shape[1], bytes }
}

/** The tensor, three tokens of whole numbers, and their products: byte p of 32 holds weights p, 32 + p, 64 + p, 96 + p. */
function known({ cols, rows, bytes }: Ternary): Uint8Array {
  const n = 3
  const x = Float32Array.from({ length: n * cols }, (_, i) => (i % cols === 7 ? 127 : ((i * 37) % 255) - 127))
  const scale = new DataView(bytes.buffer, bytes.byteOffset).getFloat32((rows * cols) / 4, true)
  const y = new Float32Array(n * rows)
  for (let t = 0; t < n; t++)
    for (let r = 0; r < rows; r++) {
      let sum = 0
      for (let c = 0; c < cols; c++) {
        const e = r * cols + c
        const byte = bytes[Math.floor(e / 128) * 32 + (e % 32)]
        const code = (byte >> [6, 4, 2, 0][Math.floor((e % 128) / 32)]) & 3
        sum += (code - 1) * x[t * cols + c]
      }
      y[t * rows + r] = Math.fround(sum * scale)
    }
  return Buffer.concat([Uint32Array.of(cols, rows, n), bytes, x, y].map((part) => Buffer.from(part.slice().buffer)))
}

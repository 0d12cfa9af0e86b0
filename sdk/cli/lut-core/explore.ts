/** `lutra lut-core explore`: area, energy and throughput of the core's shapes, modelled from synthesized parts. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LutraError } from '../../../hal/error.js'
import { activations } from '../../../kernels/lut-core/config.js'
import { drawExploration, verdict } from '../../../kernels/lut-core/explore/page.js'
import { type Exploration, explore as exploreSpace, paperShape } from '../../../kernels/lut-core/explore/report.js'
import { type Command, text, UsageError, whole } from '../command.js'

export const explore: Command = {
  name: 'explore',
  usage: '[--mnk 512] [--bits 2] [--activation i8] [--table-bits N] [--out DIR]',
  about: 'Area, energy and throughput (modelled) of all M, N, K of one size; DIR gets plots as SVG and a page.',
  options: {
    mnk: { type: 'string' },
    bits: { type: 'string' },
    activation: { type: 'string' },
    'table-bits': { type: 'string' },
    out: { type: 'string' },
  },
  async run(call) {
    const name = text(call, 'activation') ?? 'i8'
    const activation = activations.find((each) => each === name)
    if (!activation)
      throw new UsageError(`Expected --activation to be one of ${activations.join(', ')} but got "${name}"`)
    const exploration = exploreSpace({
      mnk: whole(call, 'mnk', 64, 1 << 14),
      bits: whole(call, 'bits', 1, 8),
      activation,
      tableBits: whole(call, 'table-bits', 4, 24),
    })
    const out = text(call, 'out')
    const files = out === undefined ? [] : await write(out, drawExploration(exploration))
    if (!call.json) print(exploration, files)
    return { ...exploration, verdict: verdict(exploration), files }
  },
}

async function write(folder: string, pages: Readonly<Record<string, string>>): Promise<string[]> {
  const files = Object.keys(pages).map((name) => join(folder, name))
  try {
    await mkdir(folder, { recursive: true })
    for (const [name, page] of Object.entries(pages)) await writeFile(join(folder, name), page)
  } catch (cause) {
    throw new LutraError('io', `Expected a folder to write to at ${folder}`, { cause })
  }
  return files
}

function print(exploration: Exploration, files: readonly string[]): void {
  const { candidates, space, composition, scaling, library } = exploration
  const widest = (of: 'area' | 'energy') => Math.max(...composition.map((each) => Math.abs(each[of].error)))
  const shown = candidates.filter((each, i) => i < 8 || each.name === paperShape)
  const rows = shown.map((each) => [
    `${candidates.indexOf(each) + 1}`,
    `${each.name}${each.front ? ' *' : ''}`,
    each.density.area.toFixed(0),
    (1e12 * each.density.energy).toFixed(2),
    (each.product / candidates[0].product).toFixed(3),
    `${each.cost.operands.tables}`,
    `${each.cost.operands.weights}`,
    (each.density.operations / 1e12).toFixed(3),
    (1e3 * each.density.watts).toFixed(0),
  ])
  const heads = ['place', 'shape', 'µm²/MAC', 'pJ/MAC', '× best', 'table bits', 'weight bits', 'TOPS', 'mW']
  const widths = heads.map((head, c) => Math.max(head.length, ...rows.map((row) => row[c].length)))
  const told = [heads, ...rows].map((row) => row.map((cell, c) => cell.padStart(widths[c])).join('  '))
  process.stdout.write(
    `Modelled, not measured: W${space.bits}, activations ${space.activation}, M · N · K ≈ ${space.mnk}, 1 GHz, cells of ${library}\n\n` +
      `${told.join('\n')}\n\n* no other shape is smaller and thriftier. Bits are what a group of K columns brings in.\n` +
      `${verdict(exploration)}\n` +
      `Composition against whole arrays that no fit has seen: area within ${percent(widest('area'))}, energy within ${percent(widest('energy'))}.\n` +
      `Scaled to 28 nm: area × ${scaling.area.toPrecision(3)}, energy × ${scaling.energy.toPrecision(3)} (${scaling.rule}).\n` +
      files.map((file) => `wrote ${file}\n`).join(''),
  )
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`

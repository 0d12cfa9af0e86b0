/**
 * One module of the core through yosys, flattened and mapped to osu018, then run gate by gate: a Part
 * (kernels/lut-core/synthesis/part.ts).
 * takes  the module's name and parameters · gives  area, cells, energy per cycle
 * before ./points
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readLiberty, simulate } from './gates.mjs'
import { stimuli } from './stimuli.mjs'

const rtl = fileURLToPath(new URL('../../kernels/lut-core/rtl', import.meta.url))
export const liberty = '/usr/share/qflow/tech/osu018/osu018_stdcells.lib'
export const library = readLiberty(liberty)

/** abc's own choice for liberty libraries varies by 10 % between equal circuits; this recovers area and is steadier. */
const abc = '+strash;&get,-n;&fraig,-x;&put;scorr;dc2;dch,-f;map,-a;topo'

/** The flattened netlist, a module of yosys's JSON. */
export function synthesize(module, parameters) {
  const folder = mkdtempSync(join(tmpdir(), 'lutra-points-'))
  try {
    const out = join(folder, 'netlist.json')
    const set = Object.entries(parameters)
      .filter(([name]) => /^[A-Z]/.test(name))
      .map(([name, value]) => `-set ${name} ${value}`)
    const files = readdirSync(rtl).filter((name) => /^(lut|fp)_\w+\.v$/.test(name) && name !== 'lut_core.v')
    const script = [
      `read_verilog ${files.map((name) => join(rtl, name)).join(' ')}`,
      ...(set.length > 0 ? [`chparam ${set.join(' ')} ${module}`] : []),
      `synth -flatten -top ${module}`,
      `dfflibmap -liberty ${liberty}`,
      `abc -liberty ${liberty} -script ${abc}`,
      'opt_clean -purge',
      `write_json ${out}`,
    ]
    writeFileSync(join(folder, 'run.ys'), script.join('\n'))
    const { status, stderr } = spawnSync('nice', ['yosys', '-q', '-s', join(folder, 'run.ys')], { encoding: 'utf8' })
    if (status !== 0) throw new Error(`yosys: ${stderr}`)
    return Object.entries(JSON.parse(readFileSync(out, 'utf8')).modules).find(([name]) => name.includes(module))[1]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

export function measure(module, parameters, cycles = 500) {
  const netlist = synthesize(module, parameters)
  const cells = {}
  for (const { type } of Object.values(netlist.cells)) cells[type] = (cells[type] ?? 0) + 1
  const areaOf = (keep) =>
    Object.entries(cells).reduce(
      (sum, [name, n]) => sum + (keep(library.cells[name]) ? n * library.cells[name].area : 0),
      0,
    )
  const { vectors, stimulus } = stimuli[module](parameters, (port) => netlist.ports[port].bits.length)
  const { toggles, switching, internal, leakage } = simulate(netlist, library, cycles, stimulus)
  const area = areaOf(() => true)
  return {
    module,
    parameters,
    library: 'osu018',
    area,
    gates: area / library.cells.NAND2X1.area,
    registerArea: areaOf((cell) => cell.flipFlop),
    cells,
    activity: { cycles, vectors, toggles, switching, internal, leakage, hertz: 1e9 },
  }
}

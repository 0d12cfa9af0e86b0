/** A netlist under iverilog, each gate a lookup that takes one unit of time: what our own simulator is held against. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Cells } from '../../../../kernels/lut-core/synthesis/cells.js'
import type { Stimulus } from '../../../../kernels/lut-core/synthesis/simulate.js'
import type { Netlist } from '../../../../kernels/lut-core/synthesis/yosys.js'

const run = promisify(execFile)

/** Toggles of all nets but the clock over `cycles`, after `warm` that do not count. */
export async function togglesByIverilog(
  netlist: Netlist,
  { cells }: Cells,
  stimulus: Stimulus,
  warm: number,
  cycles: number,
): Promise<number> {
  const net = (bit: number | string) => (typeof bit === 'number' ? bit : bit === '1' ? 1 : 0)
  const body: string[] = []
  let most = 1
  const seen = (bit: number | string) => {
    most = Math.max(most, net(bit))
    return net(bit)
  }
  for (const { bits } of Object.values(netlist.ports)) bits.forEach(seen)
  Object.values(netlist.cells).forEach(({ type, connections }, i) => {
    const cell = cells.get(type)!
    const pin = (name: string) => `n${seen(connections[name]?.[0] ?? '0')}`
    if (cell.flipFlop) {
      const { data, output } = cell.flipFlop
      body.push(`reg q${i} = 0; always @(posedge clk) q${i} <= ${pin(data)}; assign ${pin(output)} = q${i};`)
      return
    }
    for (const [name, { logic }] of cell.pins) {
      if (!logic || !connections[name]) continue
      const table = [...logic.table].reverse().join('')
      const index = [...logic.pins].reverse().map(pin).join(', ')
      // A nonblocking assignment lets every pulse through, which `assign #1` does not always do.
      const at = `${i}${name}`
      body.push(`wire [${logic.table.length - 1}:0] t${at} = ${logic.table.length}'b${table};`)
      body.push(`wire [${logic.pins.length - 1}:0] i${at} = {${index}}; reg o${at} = 0; assign ${pin(name)} = o${at};`)
      body.push(`always @(i${at}) o${at} <= #1 t${at}[i${at}];`)
    }
  })
  const driven = Object.entries(netlist.ports).filter(([name, port]) => name !== 'clk' && port.direction === 'input')
  for (const [name, { bits }] of driven) {
    body.push(`reg [${bits.length - 1}:0] p_${name};`)
    bits.forEach((bit, i) => {
      if (typeof bit === 'number') body.push(`assign n${bit} = p_${name}[${i}];`)
    })
  }
  const steps = Array.from({ length: warm + cycles }, (_, c) => {
    const given = stimulus(c)
    const set = driven.map(([name, { bits }]) => {
      const word = bits.map((_, i) => given[name]?.[i] ?? 0).reverse()
      return `p_${name} = ${bits.length}'b${word.join('')};`
    })
    return `${c === warm ? 'count = 0; ' : ''}${set.join(' ')} #1000 clk = 1; #1000 clk = 0;`
  })
  const nets = Array.from({ length: most - 1 }, (_, i) => i + 2)
  const text = `module top;
  reg clk = 0; integer count = 0; wire n0 = 0; wire n1 = 1;
  ${nets.map((i) => `wire n${i}; always @(n${i}) count = count + 1;`).join('\n  ')}
  ${body.join('\n  ')}
  initial begin
    ${steps.join('\n    ')}
    $display("toggles %0d", count);
    $finish;
  end
endmodule
`
  const work = await mkdtemp(join(tmpdir(), 'lutra-gates-'))
  try {
    await writeFile(join(work, 'top.v'), text)
    await run('iverilog', ['-g2005', '-o', 'top.vvp', 'top.v'], { cwd: work })
    const { stdout } = await run('vvp', ['-n', 'top.vvp'], { cwd: work })
    return Number(/toggles (\d+)/.exec(stdout)?.[1] ?? Number.NaN)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

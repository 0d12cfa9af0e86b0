/**
 * Runs a netlist gate by gate and counts toggles. Each gate takes one unit of time, so that glitches happen and count.
 * takes  a netlist, cells, vectors · gives  toggles per net and per cycle's energy
 * before ./cells, ./yosys · after ./measure
 */
import { LutraError } from '../../../hal/error.js'
import type { Cells } from './cells.js'
import type { Activity } from './part.js'
import type { Netlist } from './yosys.js'

/** Port → bits, lowest first, in cycle `cycle`. */
export type Stimulus = (cycle: number) => Readonly<Record<string, readonly number[]>>

interface Gate {
  readonly inputs: readonly number[]
  readonly output: number
  readonly table: Uint8Array
}

interface Circuit {
  readonly gates: readonly Gate[]
  readonly fanOut: readonly number[][]
  readonly flops: readonly { data: number; output: number }[]
  readonly clock: number
  /** By net: farad, joules inside cells per toggle. */
  readonly load: Float64Array
  readonly spend: Float64Array
  readonly leakage: number
}

/** Nets 0 and 1 are the constants; yosys numbers its own from 2. */
const netOf = (bit: number | string) => (typeof bit === 'number' ? bit : bit === '1' ? 1 : 0)

/** Settling takes at most as many units as the circuit is deep; a loop of gates would never settle. */
const deepest = 10_000
const warm = 8
/** Toggles per cycle of each net where nobody looks at vectors. */
const evenRate = 0.1

export class Simulator {
  readonly #circuit: Circuit
  readonly #ports: Netlist['ports']
  readonly #value: Uint8Array
  readonly #touched: Uint8Array
  readonly toggles: Float64Array
  /** The same without glitches: nets whose settled value changed. */
  readonly steady: Float64Array
  readonly #before: Uint8Array

  constructor(netlist: Netlist, cells: Cells) {
    this.#circuit = connect(netlist, cells)
    this.#ports = netlist.ports
    this.#value = new Uint8Array(this.#circuit.load.length)
    this.#value[1] = 1
    this.#touched = new Uint8Array(this.#circuit.gates.length)
    this.toggles = new Float64Array(this.#circuit.load.length)
    this.#settle(this.#circuit.gates.map((_, i) => i))
    this.#before = this.#value.slice()
    this.steady = new Float64Array(this.toggles.length)
    this.toggles.fill(0)
  }

  /** Counting begins anew. */
  restart(): void {
    this.toggles.fill(0)
    this.steady.fill(0)
  }

  /** A cycle: inputs change and settle, then the clock's edge. */
  cycle(inputs: Readonly<Record<string, readonly number[]>>): void {
    const changed: number[] = []
    for (const [name, bits] of Object.entries(inputs)) {
      const port = this.#ports[name]
      if (!port) throw new LutraError('mismatch', `Expected a port of the netlist but found ${name}`)
      port.bits.forEach((bit, i) => {
        if (typeof bit === 'number') this.#set(bit, bits[i] ?? 0, changed)
      })
    }
    this.#settle(changed)
    this.#compare()
    const next = this.#circuit.flops.map(({ data }) => this.#value[data])
    const after: number[] = []
    this.#circuit.flops.forEach(({ output }, i) => {
      this.#set(output, next[i], after)
    })
    this.#settle(after)
    this.#compare()
  }

  #compare(): void {
    for (let net = 2; net < this.#value.length; net++) {
      if (this.#value[net] === this.#before[net]) continue
      this.#before[net] = this.#value[net]
      this.steady[net]++
    }
  }

  /** Bits of a port as they are now. */
  port(name: string): number[] {
    return this.#ports[name].bits.map((bit) => this.#value[netOf(bit)])
  }

  #set(net: number, value: number, touched: number[]): void {
    if (this.#value[net] === value) return
    this.#value[net] = value
    this.toggles[net]++
    for (const gate of this.#circuit.fanOut[net] ?? [])
      if (!this.#touched[gate]) {
        this.#touched[gate] = 1
        touched.push(gate)
      }
  }

  #settle(touched: number[]): void {
    const { gates } = this.#circuit
    let now = touched
    for (let unit = 0; now.length > 0; unit++) {
      if (unit > deepest) throw new LutraError('format', 'Expected a netlist that settles but found a loop of gates')
      for (const i of now) this.#touched[i] = 0
      const values = now.map((i) => {
        const { inputs, table } = gates[i]
        let index = 0
        for (let k = 0; k < inputs.length; k++) index |= this.#value[inputs[k]] << k
        return table[index]
      })
      const later: number[] = []
      now.forEach((i, k) => {
        this.#set(gates[i].output, values[k], later)
      })
      now = later
    }
  }

  /** Per cycle, of `cycles` that were counted. */
  energy(volts: number, cycles: number): Omit<Activity, 'vectors' | 'cycles' | 'hertz'> {
    const leakage = Number(this.#circuit.leakage.toPrecision(6))
    const alike = this.#spent(new Float64Array(this.toggles.length).fill(evenRate), volts, 1)
    const steady = this.#spent(this.steady, volts, cycles)
    return { ...this.#spent(this.toggles, volts, cycles), leakage, steady, even: alike.switching + alike.internal }
  }

  #spent(
    counts: Float64Array,
    volts: number,
    cycles: number,
  ): { toggles: number; switching: number; internal: number } {
    const { load, spend, clock } = this.#circuit
    let [switching, internal, toggles] = [0, 0, 0]
    for (let net = 2; net < load.length; net++) {
      const count = net === clock ? 2 * cycles : counts[net]
      switching += 0.5 * load[net] * volts ** 2 * count
      internal += spend[net] * count
      if (net !== clock) toggles += count
    }
    const each = (total: number) => Number((total / cycles).toPrecision(6))
    return { toggles: each(toggles), switching: each(switching), internal: each(internal) }
  }
}

/** Toggles and energy per cycle over `cycles`, after a few that do not count. */
export function activityOf(
  netlist: Netlist,
  cells: Cells,
  cycles: number,
  { vectors, stimulus }: { vectors: string; stimulus: Stimulus },
  hertz: number,
): Activity {
  const simulator = new Simulator(netlist, cells)
  for (let c = 0; c < warm; c++) simulator.cycle(stimulus(c))
  simulator.restart()
  for (let c = 0; c < cycles; c++) simulator.cycle(stimulus(c + warm))
  return { cycles, vectors, ...simulator.energy(cells.volts, cycles), hertz }
}

function connect(netlist: Netlist, { cells }: Cells): Circuit {
  const all = [
    ...Object.values(netlist.ports),
    ...Object.values(netlist.cells).flatMap(({ connections }) => Object.values(connections).map((bits) => ({ bits }))),
  ]
  const size = all.reduce((most, { bits }) => bits.reduce<number>((a, b) => Math.max(a, netOf(b)), most), 1) + 1
  const load = new Float64Array(size)
  const spend = new Float64Array(size)
  const fanOut: number[][] = Array.from({ length: size }, () => [])
  const gates: Gate[] = []
  const flops: { data: number; output: number }[] = []
  const instances = Object.values(netlist.cells).map(({ type, connections }) => {
    const cell = cells.get(type)
    if (!cell) throw new LutraError('format', `Expected a cell of the library but found ${type}`)
    return { cell, net: (pin: string) => netOf(connections[pin]?.[0] ?? '0') }
  })
  for (const { cell, net } of instances)
    for (const [name, pin] of cell.pins) if (pin.input) load[net(name)] += pin.capacitance
  let [clock, leakage] = [-1, 0]
  for (const { cell, net } of instances) {
    leakage += cell.leakage
    for (const [name, pin] of cell.pins) spend[net(name)] += pin.spends(load[net(name)])
    if (cell.flipFlop) {
      clock = net(cell.flipFlop.clock)
      flops.push({ data: net(cell.flipFlop.data), output: net(cell.flipFlop.output) })
      continue
    }
    for (const [name, { logic }] of cell.pins) {
      if (!logic) continue
      const gate = { inputs: logic.pins.map(net), output: net(name), table: logic.table }
      for (const input of new Set(gate.inputs)) fanOut[input].push(gates.length)
      gates.push(gate)
    }
  }
  return { gates, fanOut, flops, clock, load, spend, leakage }
}

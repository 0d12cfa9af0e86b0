/**
 * Gates and what they spend: reads a liberty file's cells, and runs a netlist of them with zero delay (no glitches),
 * counting toggles. Switching is ½CV² with C the input pins on a net (no wires); internal is the liberty's power tables at
 * a load of 25 fF and a slew of 0.18 ns; the clock is ideal, its pins pay in every cycle (no clock gating).
 * before ./synthesize
 */
import { readFileSync } from 'node:fs'

/** { volts, cells: name → { area µm², leakage W, pins: name → { input, capacitance F, toggle J, written } } } */
export function readLiberty(file) {
  const text = readFileSync(file, 'utf8')
  const volts = Number(/nom_voltage : ([\d.]+)/.exec(text)[1])
  const cells = {}
  for (const [, name, body] of text.matchAll(/\ncell \((\w+)\) \{([\s\S]*?)(?=\ncell \(|$)/g)) {
    const pins = {}
    let output
    for (const [, pin, inner] of body.matchAll(/\n {2}pin\((\w+)\) {2}\{([\s\S]*?)(?=\n {2}pin\(|\n\}|$)/g)) {
      const input = /direction : input/.test(inner)
      const capacitance = Number(/\n +capacitance : ([\d.]+)/.exec(inner)?.[1] ?? 0) * 1e-12
      pins[pin] = { input, capacitance, toggle: toggleEnergy(inner), written: /function : "(.*)"/.exec(inner)?.[1] }
      if (!input) output = pin
    }
    const area = Number(/area : ([\d.]+)/.exec(body)[1])
    const leakage = Number(/cell_leakage_power : ([\d.]+)/.exec(body)?.[1] ?? 0) * 1e-9
    cells[name] = { name, area, leakage, pins, output, flipFlop: /\n {2}ff \(/.test(body) }
  }
  return { volts, cells }
}

/** Mean of rise and fall over the pin's internal power tables, whose unit is 1 pF · V² = 1 pJ. */
function toggleEnergy(inner) {
  const found = [...inner.matchAll(/(?:rise|fall)_power\(\w+\) \{[\s\S]*?values \(([\s\S]*?)\);/g)].map(
    ([, values]) => {
      const rows = [...values.matchAll(/"([^"]*)"/g)].map((m) => m[1].split(',').map(Number))
      return rows.length > 1 ? rows[2][1] : rows[0][1]
    },
  )
  return found.length === 0 ? 0 : (found.reduce((a, b) => a + b, 0) / found.length) * 1e-12
}

/** A liberty function over v[p.PIN], 0 or 1: `!` not, `^` xor, `+` or, juxtaposition and. */
export function translate(written) {
  return written
    .replace(/\b\w+\b/g, (pin) => `v[p.${pin}]`)
    .replace(/([\])]) +(?=[\w(!])/g, '$1&')
    .replace(/!(v\[p\.\w+\])/g, '(1^$1)')
    .replace(/!/g, '1^')
    .replaceAll('+', '|')
}

/** Runs a module of yosys's JSON; stimulus(cycle) gives port → bits. Answers per cycle: toggles, joules; leakage in W. */
export function simulate(netlist, library, cycles, stimulus) {
  const { order, flops, load, spend, leakage, size } = connect(netlist, library)
  const v = new Uint8Array(size)
  v[1] = 1
  const toggles = new Float64Array(size)
  const set = (net, value) => {
    if (v[net] === value) return
    v[net] = value
    toggles[net]++
  }
  const settle = () => {
    for (const { p, out, evaluate } of order) set(out, evaluate(v, p))
  }
  const next = new Uint8Array(flops.length)
  for (let c = -warm; c < cycles; c++) {
    if (c === 0) toggles.fill(0)
    for (const [port, bits] of Object.entries(stimulus(c + warm)))
      netlist.ports[port].bits.forEach((b, i) => {
        if (Number.isInteger(b)) set(b, bits[i])
      })
    settle()
    for (let i = 0; i < flops.length; i++) next[i] = v[flops[i].D]
    for (let i = 0; i < flops.length; i++) set(flops[i].Q, next[i])
    settle()
  }
  let [switching, internal, count] = [0, 0, 0]
  const clock = flops[0]?.CLK
  if (clock !== undefined) toggles[clock] = 2 * cycles
  for (let n = 2; n < size; n++) {
    switching += 0.5 * load[n] * library.volts ** 2 * toggles[n]
    internal += spend[n] * toggles[n]
    if (n !== clock) count += toggles[n]
  }
  const each = (x) => Number((x / cycles).toPrecision(6))
  return { toggles: each(count), switching: each(switching), internal: each(internal), leakage, v }
}

/** Cycles run before toggles count. */
const warm = 8

function connect(netlist, { cells: kinds }) {
  const bit = (b) => (b === '1' ? 1 : Number.isInteger(b) ? b : 0) // yosys leaves nets 0 and 1 free
  const all = Object.values(netlist.netnames).flatMap((n) => n.bits.map(bit))
  const size = all.reduce((a, b) => Math.max(a, b), 2) + 1
  const load = new Float64Array(size)
  const spend = new Float64Array(size)
  const [gates, flops, driver] = [[], [], new Map()]
  let leakage = 0
  for (const { type, connections } of Object.values(netlist.cells)) {
    const kind = kinds[type]
    if (!kind) throw new Error(`Expected a cell of the library but found ${type}`)
    leakage += kind.leakage
    const p = Object.fromEntries(Object.entries(connections).map(([pin, [b]]) => [pin, bit(b)]))
    for (const [pin, net] of Object.entries(p)) {
      if (kind.pins[pin].input) load[net] += kind.pins[pin].capacitance
      spend[net] += kind.pins[pin].toggle
    }
    if (kind.flipFlop) {
      flops.push(p)
      continue
    }
    const inputs = Object.keys(p).filter((pin) => kind.pins[pin].input)
    const gate = { p, out: p[kind.output], inputs: inputs.map((pin) => p[pin]), evaluate: functionOf(kind) }
    gates.push(gate)
    driver.set(gate.out, gate)
  }
  return { order: levelize(gates, driver), flops, load, spend, leakage, size }
}

const made = new Map()
function functionOf(kind) {
  if (!made.has(kind.name))
    made.set(kind.name, new Function('v', 'p', `return ${translate(kind.pins[kind.output].written)}`))
  return made.get(kind.name)
}

function levelize(gates, driver) {
  const done = new Set()
  const order = []
  for (const root of gates) {
    const stack = [root]
    while (stack.length > 0) {
      const gate = stack.at(-1)
      const waits = gate.inputs.map((n) => driver.get(n)).filter((g) => g && !done.has(g))
      if (waits.length > 0 && !done.has(gate)) stack.push(...waits)
      else {
        stack.pop()
        if (!done.has(gate)) order.push(gate)
        done.add(gate)
      }
    }
  }
  return order
}

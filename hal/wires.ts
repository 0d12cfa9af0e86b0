/**
 * Where a declared wire (a UART, a GPIO chip) is on the running kernel, whatever number it has got.
 * takes  a reader, the wire of the board, labels of GPIO chips from whoever may ask for them by ioctl
 * gives  its device path, or none, and why; reads sysfs only
 * Order: device tree node, alias, GPIO label, then `compatible`, which must fit one device alone.
 */
import type { Wire, WireFind } from './board.js'
import { type Reader, readText } from './reader.js'

export interface ResolvedWire {
  /** Absent where the kernel shows no such device: a guess could drive the wrong pins. */
  readonly path?: string
  readonly why: string
}

/** Labels of GPIO chips by name, e.g. `gpiochip0` → `pinctrl-rp1`, as the character device tells them. */
export type GpioLabels = ReadonlyMap<string, string>

/** A device file and what sysfs says of the node behind it. */
interface Candidate {
  readonly name: string
  readonly node?: string
  readonly aliases: readonly string[]
  readonly compatible: readonly string[]
  readonly label?: string
}

const TTY = '/sys/class/tty'
const PORTS = '/sys/bus/serial-base/devices'
const GPIO = '/sys/bus/gpio/devices'
const GPIO_CLASS = '/sys/class/gpio'

/** More entries than any machine has are not read. */
const MOST = 1024

export function resolveWire(reader: Reader, wire: Wire, labels: GpioLabels = new Map()): ResolvedWire {
  if (!wire.find) return declared(reader, wire)
  const candidates = [...terminals(reader), ...gpioChips(reader, labels)]
  for (const [what, fits] of tests(wire.find)) {
    const found = candidates.filter(fits)
    if (found.length === 1) return { path: `/dev/${found[0].name}`, why: `${what} is ${found[0].name}` }
    if (found.length > 1) return { why: `${what} fits ${found.map(({ name }) => name).join(', ')}` }
  }
  const asked = tests(wire.find).map(([what]) => what)
  return { why: `no device here with ${asked.join(' or ')} (${wire.note})` }
}

function tests({ nodes = [], aliases = [], labels = [], compatible = [] }: WireFind) {
  return [
    ...nodes.map((node) => [`node ${node}`, (each: Candidate) => each.node === node] as const),
    ...aliases.map((alias) => [`alias ${alias}`, (each: Candidate) => each.aliases.includes(alias)] as const),
    ...labels.map((label) => [`label ${label}`, (each: Candidate) => each.label === label] as const),
    ...compatible.map((word) => [`compatible ${word}`, (each: Candidate) => each.compatible.includes(word)] as const),
  ]
}

/** A wire without `find` stands where the board says, as far as /dev does not contradict. */
function declared(reader: Reader, { path, note }: Wire): ResolvedWire {
  if (path === undefined) return { why: note }
  const there = reader.list('/dev')
  if (there.length === 0) return { path, why: 'declared by the board; not checked' }
  const name = path.replace(/^\/dev\//, '')
  return there.includes(name) ? { path, why: 'declared by the board' } : { why: `${path} is not there (${note})` }
}

/**
 * Terminals with the node of their hardware. Kernels from 6.8 on put a port device between the two, and those before 6.16
 * let it forget the node: there the hardware's own device tells it.
 */
function terminals(reader: Reader): readonly Candidate[] {
  const direct = reader
    .list(TTY)
    .slice(0, MOST)
    .map((name) => candidate(name, readText(reader, `${TTY}/${name}/device/uevent`)))
  const known = new Set(direct.flatMap(({ name, node }) => (node === undefined ? [] : name)))
  const behindPorts = reader
    .list(PORTS)
    .slice(0, MOST)
    .flatMap((port) => {
      const hardware = /^(.+):\d+\.\d+$/.exec(port)?.[1]
      if (hardware === undefined) return []
      const uevent = ['platform', 'amba']
        .map((bus) => readText(reader, `/sys/bus/${bus}/devices/${hardware}/uevent`))
        .find((text) => text !== undefined)
      return reader.list(`${PORTS}/${port}/tty`).map((name) => candidate(name, uevent))
    })
  return [...direct, ...behindPorts.filter(({ name }) => !known.has(name))].filter(({ node }) => node !== undefined)
}

function gpioChips(reader: Reader, labels: GpioLabels): readonly Candidate[] {
  const told = new Map([...sysfsLabels(reader), ...labels])
  const names = reader
    .list(GPIO)
    .slice(0, MOST)
    .filter((name) => /^gpiochip\d+$/.test(name))
  return [...new Set([...names, ...labels.keys()])].map((name) => ({
    ...candidate(name, readText(reader, `${GPIO}/${name}/uevent`)),
    label: told.get(name),
  }))
}

/** The old class names chips by their first line's number; its `device` folder holds the character device's name. */
function sysfsLabels(reader: Reader): readonly (readonly [string, string])[] {
  return reader
    .list(GPIO_CLASS)
    .slice(0, MOST)
    .flatMap((entry) => {
      const label = readText(reader, `${GPIO_CLASS}/${entry}/label`)
      const chips = reader.list(`${GPIO_CLASS}/${entry}/device`).filter((name) => /^gpiochip\d+$/.test(name))
      return label && chips.length === 1 ? [[chips[0], label] as const] : []
    })
}

function candidate(name: string, uevent = ''): Candidate {
  return {
    name,
    node: /^OF_FULLNAME=(?:.*\/)?([^/\n]+)$/m.exec(uevent)?.[1],
    aliases: [...uevent.matchAll(/^OF_ALIAS_\d+=(\S+)$/gm)].map(([, alias]) => alias),
    compatible: [...uevent.matchAll(/^OF_COMPATIBLE_\d+=(\S+)$/gm)].map(([, word]) => word),
  }
}

/**
 * The array at the end of a wire: Verilog under a simulator, or whatever else speaks the protocol of docs/lut-core-rtl.md.
 * For worker threads: `multiply` sleeps until the device has answered.
 * takes  operands (layouts: ../array) · gives  sums in accumulators (M × N), the same as the functional core's
 * before ./pipe, ./build, ./hello · after ../accelerator
 */
import { LutraError } from '../../../hal/error.js'
import { entryBytes, type LutArray, lineBytes, type Operands } from '../array.js'
import { type CoreConfig, entriesOf } from '../config.js'
import { activationsOf } from './activations.js'
import { type BuildOptions, buildDevice } from './build.js'
import { helloKind, runKind } from './frame.js'
import { checkHello, type Hello, helloBytes, readHello } from './hello.js'
import { parametersOf, type RtlStyle } from './parameters.js'
import { Pipe } from './pipe.js'

export interface RtlOptions extends RtlStyle, BuildOptions {
  /** A device instead of one that is built: its command line, e.g. `['socat', '-', 'TCP:board:7777']`. */
  readonly command?: readonly string[]
  /** Milliseconds that an answer may take. Default 30000: Verilog is slow, hardware is not. */
  readonly timeout?: number
}

/** Groups are counted in 16 bits. */
const mostGroups = 65535
const runHead = 4
const clearFirst = 1
const answerSums = 2

export class RtlArray implements LutArray {
  /** Clock cycles that the device has counted. */
  cycles = 0
  readonly #pipe: Pipe

  private constructor(
    readonly config: CoreConfig,
    /** What the device said of itself. */
    readonly hello: Hello,
    pipe: Pipe,
    readonly timeout: number,
  ) {
    this.#pipe = pipe
  }

  get simulated(): boolean {
    return this.hello.simulated
  }

  /** Builds the device unless it is there already, starts it, and asks whether it is the one. */
  static async open(config: CoreConfig, options: RtlOptions = {}): Promise<RtlArray> {
    const parameters = parametersOf(config, options)
    const command = options.command ?? (await buildDevice(parameters, options))
    const timeout = options.timeout ?? 30_000
    const pipe = new Pipe(command, Math.max(helloBytes, 4 + 4 * config.m * config.n))
    try {
      const hello = readHello(await pipe.exchangeLater(helloKind, new Uint8Array(0), timeout))
      checkHello(hello, parameters)
      if (hello.maxPayload < runHead + groupBytes(config, 8))
        throw new LutraError('mismatch', `Expected a device that takes a group but it takes ${hello.maxPayload} bytes`)
      return new RtlArray(config, hello, pipe, timeout)
    } catch (error) {
      pipe.close()
      throw error
    }
  }

  /** LutraError io: the device died, hung or answered nonsense, and is closed; closed: after that. */
  multiply(operands: Operands, accumulators: Int32Array | Float32Array): void {
    const { config } = this
    const { m, n, accumulatorBits } = config
    check(config, operands, accumulators)
    const sums = this.#run(operands)
    const unused = 32 - accumulatorBits
    for (let i = 0; i < m * n; i++)
      accumulators[i] = ((accumulators[i] + sums.getInt32(4 + 4 * i, true)) << unused) >> unused
  }

  close(): void {
    this.#pipe.close()
  }

  /** The device adds up over as many requests as its largest payload makes of the groups. */
  #run(operands: Operands): DataView {
    const { config } = this
    const { groups, planes } = operands
    const size = groupBytes(config, planes)
    const atOnce = Math.min(mostGroups, Math.floor((this.hello.maxPayload - runHead) / size))
    const write = groupWriter(config, operands)
    for (let from = 0; ; from += atOnce) {
      const to = Math.min(from + atOnce, groups)
      const payload = new Uint8Array(runHead + (to - from) * size)
      payload.set([
        planes,
        (from === 0 ? clearFirst : 0) | (to === groups ? answerSums : 0),
        to - from,
        (to - from) >> 8,
      ])
      for (let g = from; g < to; g++) write(g, payload, runHead + (g - from) * size)
      const answer = this.#pipe.exchange(runKind, payload, this.timeout)
      const expected = 4 + (to === groups ? 4 * config.m * config.n : 0)
      if (answer.length !== expected) {
        this.close()
        throw new LutraError(
          'io',
          `Expected ${expected} bytes of sums but found ${answer.length}; open the device again`,
        )
      }
      const view = new DataView(answer.buffer, answer.byteOffset, answer.byteLength)
      this.cycles += view.getUint32(0, true)
      if (to === groups) return view
    }
  }
}

/** Bytes of what a table is made of, on the wire: entries, or activations where the array has adders. */
function tableBytes(config: CoreConfig): number {
  if (config.ideas.fusedPrecompute) return entriesOf(config) * entryBytes(config)
  return config.k * (config.activation === 'i16' ? 2 : 1)
}

function groupBytes(config: CoreConfig, planes: number): number {
  const shifts = config.tableMode === 'shift' ? config.m : 0
  return config.m * tableBytes(config) + shifts + planes * lineBytes(config)
}

/** A group on the wire: M tables or activations, M shifts, its lines. */
function groupWriter(config: CoreConfig, operands: Operands): (g: number, to: Uint8Array, at: number) => void {
  const { ideas, m } = config
  const { planes, weights, shifts } = operands
  const tables = ideas.fusedPrecompute ? operands.tables : activationsOf(config, operands.tables)
  const table = m * tableBytes(config)
  const lines = planes * lineBytes(config)
  return (g, to, at) => {
    to.set(tables.subarray(g * table, (g + 1) * table), at)
    at += table
    if (config.tableMode === 'shift') {
      if (shifts) to.set(shifts.subarray(g * m, (g + 1) * m), at)
      at += m
    }
    to.set(weights.subarray(g * lines, (g + 1) * lines), at)
  }
}

function check(config: CoreConfig, operands: Operands, accumulators: Int32Array | Float32Array): void {
  const { m, n, weightBits, tableMode } = config
  const { groups, planes, tables, weights, shifts } = operands
  const widest = Math.max(...weightBits)
  expect('groups', groups, groups >= 1, 'at least 1')
  expect('planes', planes, planes >= 1 && planes <= widest, `1 to ${widest}`)
  const of = (name: string, found: number, expected: number): void =>
    expect(name, found, found === expected, `${expected}`)
  of('bytes of tables', tables.length, groups * m * entriesOf(config) * entryBytes(config))
  of('bytes of weights', weights.length, groups * planes * lineBytes(config))
  of('shifts', shifts?.length ?? 0, tableMode === 'shift' ? groups * m : 0)
  of('accumulators', accumulators.length, m * n)
  if (accumulators instanceof Float32Array)
    throw new LutraError('mismatch', 'Expected int32 accumulators for RTL but found float32')
}

function expect(name: string, found: number, fits: boolean, expected: string): void {
  if (!fits) throw new LutraError('mismatch', `Expected ${expected} ${name} but found ${found}`)
}

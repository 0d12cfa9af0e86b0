/** The baselines' Verilog under iverilog, with random vectors and their sums by plain integers. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { f16ToF32 } from '../../../../hal/half.js'
import { rtlFolder, type Simulator } from '../../../../kernels/lut-core/rtl/build.js'

const run = promisify(execFile)
export type Parameters = Readonly<Record<string, number>>

/** Every port but clk is driven from a line of a file before each edge; the output is compared after it. */
interface Bench {
  readonly module: string
  readonly parameters: Parameters
  /** Ports in order, with their widths; `output` last. */
  readonly ports: readonly (readonly [string, number])[]
  /** One line: values of the inputs, then what the output must be (undefined: not looked at). */
  readonly lines: readonly (readonly (bigint | undefined)[])[]
}

/** Lines in which the output was another. Verilator takes some ten seconds to build and is much faster then. */
export async function differing(
  { module, parameters, ports, lines }: Bench,
  simulator: Simulator = 'iverilog',
): Promise<number> {
  const work = await mkdtemp(join(tmpdir(), 'lutra-baseline-'))
  try {
    const total = ports.reduce((sum, [, width]) => sum + width, 1)
    const hex = lines.map((line) => {
      let word = line.at(-1) === undefined ? 0n : 1n
      line.forEach((value, i) => {
        const [, width] = ports[i]
        word = (word << BigInt(width)) | BigInt.asUintN(width, value ?? 0n)
      })
      return word.toString(16)
    })
    await writeFile(join(work, 'lines.hex'), hex.join('\n'))
    const inputs = ports.slice(0, -1)
    const [output, width] = ports[ports.length - 1]
    const values = Object.entries(parameters).map(([name, value]) => `.${name}(${value})`)
    const set = values.length > 0 ? `#(${values.join(', ')})` : ''
    const text = `module bench;
  reg [${total - 1}:0] lines [0:${lines.length - 1}];
  reg clk = 0, look; integer i, bad = 0;
  ${inputs.map(([name, w]) => `reg [${w - 1}:0] ${name};`).join('\n  ')}
  reg [${width - 1}:0] wanted; wire [${width - 1}:0] ${output};
  ${module} ${set} dut (.clk(clk), ${ports.map(([name]) => `.${name}(${name})`).join(', ')});
  initial begin
    $readmemh("lines.hex", lines);
    for (i = 0; i < ${lines.length}; i = i + 1) begin
      {look, ${inputs.map(([name]) => name).join(', ')}, wanted} = lines[i];
      #1 clk = 1; #1 clk = 0;
      if (look && ${output} !== wanted) bad = bad + 1;
    end
    $display("differing %0d", bad);
    $finish;
  end
endmodule
`
    await writeFile(join(work, 'bench.v'), text)
    const sources = ['mac_dot', 'mac_array', 'mac_booth', 'add_dot', 'fp_dot', 'fp_mul', 'fp_add', 'lut_registers'].map(
      (name) => join(rtlFolder(), `${name}.v`),
    )
    if (simulator === 'verilator') {
      const flags = ['--binary', '--timing', '-Wno-fatal', '--top-module', 'bench', '-CFLAGS', '-O1']
      await run('verilator', [...flags, ...sources, 'bench.v'], { cwd: work, maxBuffer: 1 << 26 })
    } else await run('iverilog', ['-g2005', '-s', 'bench', '-o', 'bench.vvp', ...sources, 'bench.v'], { cwd: work })
    const [file, ...args] = simulator === 'verilator' ? [join(work, 'obj_dir', 'Vbench')] : ['vvp', '-n', 'bench.vvp']
    const { stdout } = await run(file, args, { cwd: work, maxBuffer: 1 << 26 })
    return Number(/differing (\d+)/.exec(stdout)?.[1] ?? Number.NaN)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

const pack = (values: readonly number[], bits: number) =>
  values.reduce((word, value, i) => word | (BigInt.asUintN(bits, BigInt(value)) << BigInt(i * bits)), 0n)

/** Dot products of an array of multipliers; accumulators begin anew now and then, and every seventh cycle rests. */
export function macBench(
  p: Parameters & { M: number; N: number; K: number },
  cycles: number,
  next: () => number,
): Bench {
  const { M, N, K, A_BIT = 8, B_BIT = 8, SUM_BIT = 32, ACC = 1, HOLD = 0 } = p
  const full = (bits: number) => Math.floor(next() * 2 ** bits) - 2 ** (bits - 1)
  const sums = new Array<number>(M * N).fill(0)
  let held = new Array<number>(M * K).fill(0)
  const lines = Array.from({ length: cycles }, (_, cycle) => {
    const first = cycle % 11 === 0
    const enable = first || cycle % 7 !== 3
    const load = cycle % 3 === 0
    const a = Array.from({ length: M * K }, () => full(A_BIT))
    const b = Array.from({ length: N * K }, () => full(B_BIT))
    const used = HOLD ? held : a
    if (enable)
      for (let i = 0; i < M * N; i++) {
        let sum = ACC && !first ? sums[i] : 0
        for (let k = 0; k < K; k++) sum += used[Math.floor(i / N) * K + k] * b[(i % N) * K + k]
        sums[i] = sum
      }
    if (load) held = a
    const look = !HOLD || cycle > 11
    const inputs = [BigInt(+load), BigInt(+enable), BigInt(+first), pack(a, A_BIT), pack(b, B_BIT)]
    return [...inputs, look ? pack(sums, SUM_BIT) : undefined]
  })
  const widths = { load: 1, enable: 1, first: 1, a: M * K * A_BIT, b: N * K * B_BIT, sums: M * N * SUM_BIT }
  return { module: 'mac_array', parameters: p, ports: Object.entries(widths), lines }
}

/** Weights of B_BIT in two's complement, or unsigned, plane by plane. */
export function addBench(
  p: Parameters & { K: number; B_BIT: number },
  groups: number,
  signed: boolean,
  next: () => number,
): Bench {
  const { K, A_BIT = 8, B_BIT } = p
  const lines: (bigint | undefined)[][] = []
  const width = A_BIT + Math.ceil(Math.log2(K)) + B_BIT
  for (let group = 0; group < groups; group++) {
    const a = Array.from({ length: K }, () => Math.floor(next() * 2 ** A_BIT) - 2 ** (A_BIT - 1))
    const codes = Array.from({ length: K }, () => Math.floor(next() * 2 ** B_BIT))
    const weights = codes.map((code) => (signed && code >> (B_BIT - 1) ? code - 2 ** B_BIT : code))
    const sum = a.reduce((s, value, j) => s + value * weights[j], 0)
    for (let plane = 0; plane < B_BIT; plane++) {
      const last = plane === B_BIT - 1
      const bits = codes.reduce((word, code, j) => word | (((code >> plane) & 1) << j), 0)
      const inputs = [1, +(plane === 0), +(signed && last)].map(BigInt)
      lines.push([...inputs, pack(a, A_BIT), BigInt(bits), last ? BigInt.asUintN(width, BigInt(sum)) : undefined])
    }
  }
  const widths = { enable: 1, first: 1, negate: 1, a: K * A_BIT, bits: K, sum: width }
  return { module: 'add_dot', parameters: p, ports: Object.entries(widths), lines }
}

/** Halves of all finite values, subnormals and zeros among them, against float32 arithmetic of the language. */
export function floatBench(cycles: number, next: () => number): Bench {
  const half = () => {
    const bits = Math.floor(next() * 65536)
    // Exponents near each other now and then, so that sums cancel.
    const near = next() < 0.5 ? (bits & 0x83ff) | (14 << 10) : bits
    return (near & 0x7c00) === 0x7c00 ? near & 0x83ff : near
  }
  const value = (bits: number) => ((bits & 0x7c00) === 0 ? 0 : f16ToF32(bits))
  const word = new DataView(new ArrayBuffer(4))
  let sum = 0
  const lines = Array.from({ length: cycles }, (_, cycle) => {
    const first = cycle % 9 === 0
    const a = Array.from({ length: 4 }, half)
    const b = Array.from({ length: 4 }, half)
    const [p, q, r, s] = a.map((x, j) => value(x) * value(b[j]))
    const dot = Math.fround(Math.fround(p + q) + Math.fround(r + s))
    sum = Math.fround((first ? 0 : sum) + dot)
    // A zero is +0 in the Verilog, whatever the signs were.
    word.setFloat32(0, sum + 0 === 0 ? 0 : sum)
    return [1n, BigInt(+first), pack(a, 16), pack(b, 16), BigInt(word.getUint32(0))]
  })
  const widths = { enable: 1, first: 1, a: 64, b: 64, sum: 32 }
  return { module: 'fp_dot', parameters: {}, ports: Object.entries(widths), lines }
}

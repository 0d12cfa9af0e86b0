/** The float element's Verilog against JavaScript's own float32, bit by bit. Needs iverilog. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const rtl = join(import.meta.dirname, '../../../../kernels/lut-core/rtl')
const folder = mkdtempSync(join(tmpdir(), 'lutra-float-'))
const missing = spawnSync('iverilog', ['-V']).error ? 'iverilog is not installed (Debian package iverilog)' : undefined
afterAll(() => rmSync(folder, { recursive: true }))

function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

const view = new DataView(new ArrayBuffer(4))
function bitsOf(value: number): string {
  view.setFloat32(0, value)
  return view.getUint32(0).toString(16).padStart(8, '0')
}

function run(bench: string, files: readonly string[], vectors: string): string[] {
  writeFileSync(join(folder, 'bench.v'), bench)
  writeFileSync(join(folder, 'vectors.hex'), vectors)
  const sources = files.map((file) => join(rtl, file))
  const built = spawnSync('iverilog', ['-g2005', '-o', join(folder, 'bench'), join(folder, 'bench.v'), ...sources])
  expect(String(built.stderr)).toBe('')
  const { stdout } = spawnSync('vvp', ['-n', join(folder, 'bench')], { cwd: folder })
  return String(stdout).trim().split('\n')
}

describe('floats in Verilog', () => {
  it('add as float32 does: 2,000 pairs, near and far, of both signs, and their opposites', (context) => {
    if (missing) return context.skip(missing)
    const next = random(7)
    const pairs = Array.from({ length: 2000 }, (_, i) => {
      const exponent = () => Math.floor(next() * (i % 2 ? 6 : 40)) - 10
      const a = Math.fround((next() * 2 - 1) * 2 ** exponent())
      const near = -a * (1 + (next() < 0.5 ? 0 : 2 ** -23))
      const b = Math.fround(i % 7 === 0 ? near : (next() * 2 - 1) * 2 ** exponent())
      return [a, b] as const
    })
    const bench = `module bench; reg [63:0] v [0:${pairs.length - 1}]; reg [63:0] p; wire [31:0] s; integer i;
      fp_add adder(.a(p[63:32]), .b(p[31:0]), .sum(s));
      initial begin $readmemh("vectors.hex", v);
        for (i = 0; i < ${pairs.length}; i = i + 1) begin p = v[i]; #1 $display("%h", s); end end endmodule`
    const sums = run(bench, ['fp_add.v'], pairs.map(([a, b]) => bitsOf(a) + bitsOf(b)).join('\n'))
    expect(sums).toEqual(pairs.map(([a, b]) => bitsOf(Math.fround(a + b) + 0)))
  })

  it('accumulate looked up halves over planes as the contract of the array says', (context) => {
    if (missing) return context.skip(missing)
    const next = random(3)
    const halves = Array.from({ length: 8 }, () => {
      const [exponent, fraction, sign] = [10 + Math.floor(next() * 8), Math.floor(next() * 1024), next() < 0.5 ? 1 : 0]
      const value = (sign ? -1 : 1) * (1 + fraction / 1024) * 2 ** (exponent - 15)
      return { bits: (sign << 15) | (exponent << 10) | fraction, value }
    })
    const steps = Array.from({ length: 2000 }, (_, i) => ({
      index: Math.floor(next() * 16),
      plane: i % 4,
      first: i % 50 === 0,
    }))
    const entries = halves
      .map(({ bits }) => bits.toString(16).padStart(4, '0'))
      .reverse()
      .join('')
    const bench = `module bench; reg [11:0] v [0:${steps.length - 1}]; reg [11:0] s; reg clk = 0; wire [31:0] sum; integer i;
      lut_float #(.K(4), .W_BIT(4)) element(.clk(clk), .enable(1'b1), .first(s[8]), .plane(s[5:4]),
        .entries(128'h${entries}), .index(s[3:0]), .sum(sum));
      initial begin $readmemh("vectors.hex", v);
        for (i = 0; i < ${steps.length}; i = i + 1) begin s = v[i]; #1 clk = 1; #1 $display("%h", sum); clk = 0; end end endmodule`
    const vectors = steps.map(({ index, plane, first }) => `${+first}${plane}${index.toString(16)}`).join('\n')
    let sum = 0
    const wanted = steps.map(({ index, plane, first }) => {
      const entry = halves[index & 7].value * (index & 8 ? -1 : 1)
      sum = Math.fround((first ? 0 : sum) + entry * 2 ** plane)
      return bitsOf(sum + 0)
    })
    expect(run(bench, ['fp_add.v', 'lut_float.v'], vectors)).toEqual(wanted)
  })
})

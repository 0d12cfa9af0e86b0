/**
 * What do tables of 8 bits cost in quality? Perplexity of a real model whose layers compute by lookup tables of K = 4, with
 * exact entries, and with entries rounded to 8 bits by a power of two of each table (shift) or one scale of each token
 * (scale): `kernels/lut-core/tables/quality.ts` holds the results, `lutra lut-core tables --only 5` prints them.
 *   node bench/lut-core-quality.mjs MODEL TEXT [TOKENS] [BITS,…] [ACTIVATION,…]
 * MODEL: a GGUF or llama2.c file in float, whose layers are rounded to BITS here (2,4), to the nearest code of each 32
 * weights of a row, with no training after it, which hurts at 2 bits; or `pilot`, whose ternary weights stay as they are
 * and whose TEXT is then `heldout`: answers to its own held-out instructions. The head stays float.
 */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { f16ToF32, f32ToF16 } from '../dist/hal/half.js'
import { buildGraph } from '../dist/sdk/model/arch/index.js'
import { openModelFile } from '../dist/sdk/model/open-model-file.js'
import { generate } from '../dist/sdk/pilot/data/generate.js'
import { pilotPath } from '../dist/sdk/pilot/path.js'
import { PilotCodec } from '../dist/sdk/pilot/vocabulary.js'
import { createTokenizer } from '../dist/sdk/tokenizer/index.js'

const K = 4
const SEGMENT = 32 // columns that share a scale

const [name, text, tokens = '4096', bitsList = '4,2', kinds = 'i8,i16,f16,e4m3,e5m2'] = process.argv.slice(2)
if (text === undefined) {
  console.error('Expected MODEL TEXT [TOKENS] [BITS,…] [ACTIVATION,…]')
  process.exit(2)
}
const file = await openModelFile(name === 'pilot' ? pilotPath() : name)
const graph = buildGraph(file)
const WINDOW = Math.min(256, graph.context) // tokens; the second half of each is scored, as llama.cpp does

/** x[i] = of(x[i], i) for all i, or out[i]. */
function fill(x, of, out = x) {
  for (let i = 0; i < x.length; i++) out[i] = of(x[i], i)
}

function decoded(weight) {
  const slice = graph.slices?.[weight]
  const { dtype, shape, bytes } = file.tensors.get(slice?.weight ?? weight)
  const count = shape.reduce((a, b) => a * b, 1)
  const out = new Float32Array(count)
  dtype.decode(bytes, count, 0, count, out)
  const cols = shape[0]
  return slice ? out.subarray(slice.from * cols, (slice.from + slice.rows) * cols) : out
}
const floats = new Map()
const weightOf = (weight) => floats.get(weight) ?? floats.set(weight, decoded(weight)).get(weight)

/** Nearest codes of `bits` in each segment of a row, and w = d · code + m; ternary weights are codes 0, 1, 2 of one scale. */
function coded(weight, rows, cols, bits) {
  const w = weightOf(weight)
  const segments = Math.ceil(cols / SEGMENT)
  const groups = Math.ceil(cols / K)
  const d = new Float64Array(rows * segments)
  const m = new Float64Array(rows * segments)
  const planes = bits === 'ternary' ? 2 : bits
  const nibbles = new Uint8Array(rows * groups * planes)
  const largest = bits === 'ternary' ? w.reduce((most, x) => Math.max(most, Math.abs(x)), 0) : 0
  for (let r = 0; r < rows; r++)
    for (let s = 0; s < segments; s++) {
      const from = s * SEGMENT
      const part = w.subarray(r * cols + from, r * cols + Math.min(cols, from + SEGMENT))
      const low = bits === 'ternary' ? -largest : Math.min(...part)
      const step = bits === 'ternary' ? largest : (Math.max(...part) - low) / (2 ** bits - 1) || 1
      d[r * segments + s] = step
      m[r * segments + s] = low
      part.forEach((x, i) => {
        const code = Math.round((x - low) / step)
        const g = Math.floor((from + i) / K)
        for (let p = 0; p < planes; p++) nibbles[(r * groups + g) * planes + p] |= ((code >> p) & 1) << ((from + i) % K)
      })
    }
  return { rows, cols, segments, groups, planes, nibbles, d, m }
}

/** Rounds to the nearest number of few bits: `fraction` bits behind the point, exponents from `least`, at most `most`. */
function small(x, fraction, least, most) {
  const exponent = Math.max(least, Math.floor(Math.log2(Math.abs(x) || 1e-300)))
  const unit = 2 ** (exponent - fraction)
  return Math.sign(x) * Math.min(most, Math.round(Math.abs(x) / unit) * unit)
}
/** Activations of a token as the format has them, in place: whole numbers and FP8 with one scale a token. */
const formats = {
  f32: () => {},
  i8: (x) => scaled(x, 127, Math.round),
  i16: (x) => scaled(x, 32767, Math.round),
  f16: (x) => fill(x, (v) => f16ToF32(f32ToF16(v))),
  e4m3: (x) => scaled(x, 448, (v) => small(v, 3, -6, 448)),
  e5m2: (x) => scaled(x, 57344, (v) => small(v, 2, -14, 57344)),
}
function scaled(x, most, round) {
  const unit = x.reduce((a, b) => Math.max(a, Math.abs(b)), 0) / most || 1
  fill(x, (v) => round(v / unit) * unit)
}

const away = (x) => Math.sign(x) * Math.floor(Math.abs(x) + 0.5)
/** Rounds the entries of all tables of a token, in place; 16 entries stand where hardware has 8 and a sign. */
const roundings = {
  exact: () => {},
  float: (t) => fill(t, (v) => f16ToF32(f32ToF16(v))),
  scale8: (t) => {
    const unit = t.reduce((a, b) => Math.max(a, Math.abs(b)), 0) / 127 || 1
    fill(t, (v) => away(v / unit) * unit)
  },
  shift8: (t) => {
    for (let at = 0; at < t.length; at += 16) {
      let most = 0
      for (let i = 0; i < 16; i++) most = Math.max(most, Math.abs(t[at + i]))
      const unit = 2 ** Math.ceil(Math.log2((most || 1) / 127))
      for (let i = 0; i < 16; i++) t[at + i] = away(t[at + i] / unit) * unit
    }
  },
}

function tablesOf(x, groups) {
  const t = new Float64Array(groups * 16)
  for (let g = 0; g < groups; g++)
    for (let i = 0; i < 16; i++) {
      let sum = 0
      for (let j = 0; j < K; j++) sum += ((i >> j) & 1 ? 1 : -1) * (x[g * K + j] ?? 0)
      t[g * 16 + i] = sum
    }
  return t
}

/** Linears of the layers by lookup; `bits` undefined: plain, in float. */
function linears(bits, activation, tables) {
  const codes = new Map()
  let last = {}
  return (op, x, y, rows) => {
    const cols = x.length
    if (bits === undefined || op.mode === 'head') return plain(weightOf(op.weight), x, y)
    const c = codes.get(op.weight) ?? codes.set(op.weight, coded(op.weight, rows, cols, bits)).get(op.weight)
    if (last.x !== x || last.version !== x.version) {
      const rounded = Float32Array.from(x)
      formats[activation](rounded)
      const t = tablesOf(rounded, c.groups)
      roundings[tables](t)
      last = { x, version: x.version, t, rounded }
    }
    const { t, rounded } = last
    const { segments, groups, planes, nibbles, d, m } = c
    const sums = Float64Array.from({ length: segments }, (_, s) =>
      rounded.subarray(s * SEGMENT, (s + 1) * SEGMENT).reduce((a, b) => a + b, 0),
    )
    let at = 0
    for (let r = 0; r < rows; r++) {
      let total = 0
      for (let s = 0; s < segments; s++) {
        let acc = 0
        const end = Math.min(groups, ((s + 1) * SEGMENT) / K)
        for (let g = (s * SEGMENT) / K; g < end; g++)
          for (let p = 0; p < planes; p++) acc += t[g * 16 + nibbles[at++]] * (1 << p)
        // code = (Σ ±2^p + 2^bits - 1) / 2
        const step = d[r * segments + s]
        total += (step * acc) / 2 + ((step * ((1 << planes) - 1)) / 2 + m[r * segments + s]) * sums[s]
      }
      y[r] = total
    }
  }
}
function plain(w, x, y) {
  for (let r = 0, at = 0; r < y.length; r++) {
    let sum = 0
    for (let c = 0; c < x.length; c++) sum += w[at++] * x[c]
    y[r] = sum
  }
}

/** Runs the graph over ids of one window; calls `seen(position, logits)` from `from` on. */
function run(ids, from, linear, seen) {
  const b = Object.fromEntries(Object.entries(graph.buffers).map(([key, width]) => [key, new Float32Array(width)]))
  const cache = Array.from({ length: graph.layers }, () => ({ k: [], v: [] }))
  const ops = {
    embed: (op, id) =>
      b[op.out].set(
        weightOf(op.weight)
          .subarray(id * b[op.out].length, (id + 1) * b[op.out].length)
          .map((v) => v * (op.scale ?? 1)),
      ),
    norm(op) {
      const { heads = 1 } = op
      const w = weightOf(op.weight)
      const width = b[op.in].length / heads
      for (let h = 0; h < heads; h++) {
        const x = b[op.in].subarray(h * width, (h + 1) * width)
        const scale = 1 / Math.sqrt(x.reduce((a, v) => a + v * v, 0) / width + op.eps)
        fill(x, (v, i) => v * scale * w[i], b[op.out].subarray(h * width))
      }
    },
    rope({ buffer, heads, headDim, frequencies, magnitude = 1, style }, _, position) {
      const [step, apart] = style === 'pairs' ? [2, 1] : [1, frequencies.length]
      for (let h = 0; h < heads; h++)
        frequencies.forEach((f, i) => {
          const at = h * headDim + i * step
          const [a, c] = [b[buffer][at], b[buffer][at + apart]]
          const [cos, sin] = [Math.cos(position * f) * magnitude, Math.sin(position * f) * magnitude]
          b[buffer][at] = a * cos - c * sin
          b[buffer][at + apart] = a * sin + c * cos
        })
    },
    attention(op) {
      const { k, v } = cache[op.layer]
      k.push(Float32Array.from(b[op.k]))
      v.push(Float32Array.from(b[op.v]))
      for (let h = 0; h < op.heads; h++) {
        const q = h * op.headDim
        const kv = Math.floor((h * op.kvHeads) / op.heads) * op.headDim
        const scores = k.map((row) => {
          let dot = 0
          for (let i = 0; i < op.headDim; i++) dot += b[op.q][q + i] * row[kv + i]
          return dot * op.scale
        })
        const most = scores.reduce((a, c) => Math.max(a, c))
        const weights = scores.map((score) => Math.exp(score - most))
        const all = weights.reduce((a, c) => a + c)
        for (let i = 0; i < op.headDim; i++)
          b[op.out][q + i] = weights.reduce((sum, w, t) => sum + w * v[t][kv + i], 0) / all
      }
    },
    gate({ gate, up, out, activation }) {
      const act = { silu: (g) => g / (1 + Math.exp(-g)), relu2: (g) => Math.max(0, g) ** 2 }[activation]
      fill(b[gate], (g, i) => act(g) * b[up][i], b[out])
    },
    add: (op) => fill(b[op.a], (v, i) => v + b[op.b][i], b[op.out]),
    linear: (op) => linear(op, b[op.in], b[op.out], b[op.out].length),
  }
  ids.forEach((id, position) => {
    for (const op of graph.body) {
      ops[op.op](op, id, position)
      if (op.op !== 'linear' && op.out) b[op.out].version = (b[op.out].version ?? 0) + 1
    }
    if (position < from || position === ids.length - 1) return
    for (const op of graph.head) ops[op.op](op.op === 'linear' ? { ...op, mode: 'head' } : op, id, position)
    seen(position, b.logits)
  })
}

function logLikelihood(logits, id) {
  const most = logits.reduce((a, c) => Math.max(a, c))
  return logits[id] - most - Math.log(logits.reduce((sum, v) => sum + Math.exp(v - most), 0))
}

/** Windows as { ids, from }: from there on every next token is scored. */
function windows() {
  const all = []
  let scored = 0
  if (name === 'pilot') {
    const codec = new PilotCodec()
    for (let i = 0; scored < Number(tokens); i++) {
      const { prompt, wire } = generate('heldout', 2, i)
      const [before, answer] = [codec.prompt(prompt), codec.answer(wire)]
      all.push({ ids: [...before, ...answer], from: before.length - 1 })
      scored += answer.length
    }
    return all
  }
  // As `lutra eval` does it: the first line that this prints is its perplexity, for the same text.
  const tokenizer = createTokenizer(file)
  const bos = tokenizer.bos ?? 1
  const found = [bos, ...tokenizer.encode(readFileSync(text, 'utf8').slice(0, 40 * Number(tokens)), { bos: false })]
  for (let at = 0; scored < Number(tokens) && at + WINDOW <= found.length; at += WINDOW) {
    all.push({ ids: [bos, ...found.slice(at + 1, at + WINDOW)], from: WINDOW / 2 })
    scored += WINDOW / 2 - 1
  }
  return all
}

const parts = windows()
const label = { model: name === 'pilot' ? 'pilot' : basename(name), text: basename(text) }
function measure(weights, activation, tables) {
  let nll = 0
  let count = 0
  const linear = linears(weights, activation, tables)
  for (const { ids, from } of parts)
    run(ids, from, linear, (position, logits) => {
      nll -= logLikelihood(logits, ids[position + 1])
      count++
    })
  const result = {
    weights: weights === undefined ? 'float' : weights === 'ternary' ? 'ternary' : `W${weights}`,
    activation,
    tables,
    perplexity: Number(Math.exp(nll / count).toPrecision(7)),
  }
  console.log(JSON.stringify({ ...label, tokens: count, ...result }))
}
measure(undefined, 'f32', 'none')
for (const bits of name === 'pilot' ? ['ternary'] : bitsList.split(',').map(Number)) {
  for (const activation of kinds.split(','))
    for (const tables of ['exact', ...(activation === 'f16' ? ['float'] : []), 'shift8', 'scale8'])
      measure(bits, activation, tables)
}

/**
 * The same models and schemes of quantization as the addon's trainer, written a second time over jax-js, whose automatic
 * differentiation gives the gradients: the oracle for train.test.ts and train-schemes.test.ts.
 * jax-js counts references: an array is consumed by use, `.ref` keeps it for one more.
 */
import { type Array as A, init, lax, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax'
import type { BlockBatch, TrainBatch, TrainerConfig, WeightScheme } from '../../kernels/native/train.js'

export type Named = Record<string, { readonly shape: number[]; readonly data: Float32Array }>
type Told = 'isa' | 'precision' | 'seed' | 'threads' | 'initStd' | 'scheme' | 'schemes' | 'freeze'
export type Model = Required<Omit<TrainerConfig, Told>> & Pick<TrainerConfig, 'scheme'>
export interface Truth {
  readonly loss: number
  readonly gradients: Record<string, Float32Array>
}
type Parameters = Record<string, A>

let ready: Promise<unknown> | undefined

/** jax-js asks the browser's navigator for the number of cores. */
export function readyJax(): Promise<unknown> {
  if (!('navigator' in globalThis))
    Object.defineProperty(globalThis, 'navigator', { value: { hardwareConcurrency: 1 } })
  ready ??= init('wasm')
  return ready
}

const straightThrough = (x: A, quantized: A): A => x.ref.add(lax.stopGradient(quantized.sub(x)))
const round = (x: A): A => straightThrough(x.ref, np.round(x))
const within = (x: A, low: number, high: number): A => np.minimum(np.maximum(x, low), high)

function ternary(w: A): A {
  const scale = np.maximum(np.mean(np.abs(w.ref)), 1e-5)
  return straightThrough(w.ref, np.clip(np.round(w.div(scale.ref)), -1, 1).mul(scale))
}

function int8(x: A): A {
  const scale = np.trueDivide(127, np.maximum(np.max(np.abs(x.ref), 1, { keepdims: true }), 1e-5))
  return straightThrough(x.ref, np.clip(np.round(x.mul(scale.ref)), -128, 127).div(scale))
}

/** The weights that `scheme` makes of a linear's parameters. */
function onGrid(p: Parameters, name: string, { grid, bits = 0, group, rank = 0, alpha = rank }: WeightScheme): A {
  const stem = name.slice(0, -'.weight'.length)
  const [rows, cols] = p[name].shape
  const size = group ?? cols
  const shape = [rows, cols / size, size]
  const part = (suffix: string) => np.reshape(p[`${stem}.${suffix}`].ref, [rows, cols / size, 1])
  const levels = bits === 1.58 ? 3 : 2 ** bits
  let w = p[name].ref
  if (rank > 0) w = w.add(np.matmul(p[`${stem}.lora_a`].ref, p[`${stem}.lora_b`].ref).mul(alpha / rank))
  w = np.reshape(w, shape)
  let scale = part('scale')
  if (grid === 'fixed') return np.reshape(w.mul(scale), [rows, cols])
  if (rank === 0 && grid !== 'affine') {
    // LSQ's gradient scale, as a function that is the identity forward.
    const share = 1 / Math.sqrt(size * (levels - 1 - Math.floor(levels / 2)))
    scale = scale.ref.mul(share).add(lax.stopGradient(scale.mul(1 - share)))
  }
  const u = rank > 0 ? w : w.div(scale.ref)
  const low = -Math.floor(levels / 2)
  let level: A
  if (grid === 'lsq') level = round(within(u, low, low + levels - 1))
  else if (grid === 'seq') {
    const shift = levels % 2 === 0 ? 0.5 : 0
    level = round(
      within(u, -0.99, 0.99)
        .mul(levels / 2)
        .sub(shift),
    )
      .add(shift)
      .div(levels / 2)
  } else {
    const zero = round(part('zero'))
    level = within(round(u).add(zero.ref), 0, levels - 1).sub(zero)
  }
  return np.reshape(level.mul(scale), [rows, cols])
}

const norm = (x: A, gain: A, eps: number): A => {
  const mean = np.mean(np.square(x.ref), 1, { keepdims: true })
  return x.div(np.sqrt(mean.add(eps))).mul(gain)
}

/** One layer over the rows (T, dim) of a sequence. */
function layer(config: Model, p: Parameters, l: number, rows: A): A {
  const { heads, kvHeads, dim, eps, theta } = config
  const subNorms = config.architecture === 'bitnet'
  const T = rows.shape[0]
  const hd = dim / heads
  const tables = angles(T, hd, theta, config.rope)
  const rope = (x: A) =>
    x.ref.mul(np.array(tables.cosine)).add(np.matmul(x, np.array(tables.turn)).mul(np.array(tables.sine)))
  const split = (x: A, n: number) => np.transpose(np.reshape(x, [T, n, hd]), [1, 0, 2])
  const mask = np.array([...Array(T)].map((_, i) => [...Array(T)].map((_, j) => (j <= i ? 0 : -1e9))))
  const input = (x: A) => (config.quantizeActivations ? int8(x) : x)
  const w = (name: string) => p[`blk.${l}.${name}.weight`].ref
  const linear = (x: A, name: string) => {
    const full = `blk.${l}.${name}.weight`
    const { scheme } = config
    const used = scheme ? onGrid(p, full, scheme) : config.quantizeWeights ? ternary(w(name)) : w(name)
    return np.matmul(x, np.transpose(used))
  }
  let x = rows
  const a = input(norm(x.ref, w('attn_norm'), eps))
  const q = rope(split(linear(a.ref, 'attn_q'), heads))
  const k = np.repeat(rope(split(linear(a.ref, 'attn_k'), kvHeads)), heads / kvHeads, 0)
  const v = np.repeat(split(linear(a, 'attn_v'), kvHeads), heads / kvHeads, 0)
  const scores = np
    .matmul(q, np.transpose(k, [0, 2, 1]))
    .div(Math.sqrt(hd))
    .add(mask)
  const mixed = np.reshape(np.transpose(np.matmul(nn.softmax(scores, -1), v), [1, 0, 2]), [T, dim])
  x = x.add(linear(input(subNorms ? norm(mixed, w('attn_sub_norm'), eps) : mixed), 'attn_output'))
  const f = input(norm(x.ref, w('ffn_norm'), eps))
  const h = nn.silu(linear(f.ref, 'ffn_gate')).mul(linear(f, 'ffn_up'))
  return x.add(linear(input(subNorms ? norm(h, w('ffn_sub_norm'), eps) : h), 'ffn_down'))
}

function logits(config: Model, p: Parameters, ids: Int32Array): A {
  let x = np.matmul(np.array([...ids].map((id) => oneHot(id, config.vocab))), p['token_embd.weight'].ref)
  for (let l = 0; l < config.layers; l++) x = layer(config, p, l, x)
  const head = p[config.head === 'own' ? 'output.weight' : 'token_embd.weight'].ref
  return np.matmul(norm(x, p['output_norm.weight'].ref, config.eps), np.transpose(head))
}

export interface Teaching {
  readonly config: Model
  readonly named: Named
  readonly share: number
  readonly temperature: number
}

export function lossAndGradients(config: Model, named: Named, batch: TrainBatch, teaching?: Teaching): Truth {
  const total = batch.targets.reduce((sum, id, i) => sum + (id < 0 ? 0 : (batch.weights?.[i] ?? 1)), 0)
  const teacher = teaching && arrays(teaching.named)
  const sequence = (p: Parameters, from: number, to: number): A => {
    const ids = batch.tokens.slice(from, to)
    const weight = (id: number, i: number) => (id < 0 ? 0 : (batch.weights?.[from + i] ?? 1))
    const targets = [...batch.targets.slice(from, to)]
    const wanted = np.array(targets.map((id, i) => oneHot(id, config.vocab, weight(id, i))))
    const out = logits(config, p, ids)
    if (!teaching || !teacher) return np.sum(nn.logSoftmax(out, -1).mul(wanted)).neg()
    const { share, temperature } = teaching
    const hard = np.sum(nn.logSoftmax(out.ref, -1).mul(wanted)).neg()
    const taught = nn.logSoftmax(logits(teaching.config, teacher, ids).div(temperature), -1)
    const student = nn.logSoftmax(out.div(temperature), -1)
    const weights = np.array(targets.map((id, i) => [weight(id, i)]))
    const soft = np.sum(np.exp(taught.ref).mul(taught.sub(student)).mul(weights))
    return hard.mul(1 - share).add(soft.mul(share * temperature ** 2))
  }
  return differentiate(named, (p) =>
    [...batch.seqStarts.slice(1)]
      .map((to, s) => sequence(p, batch.seqStarts[s], to))
      .reduce((x, y) => x.add(y))
      .div(total),
  )
}

export function blockLossAndGradients(config: Model, named: Named, l: number, batch: BlockBatch): Truth {
  const { dim } = config
  const rows = (data: Float32Array, from: number, to: number) =>
    np.array(data.slice(from * dim, to * dim), { shape: [to - from, dim] })
  return differentiate(named, (p) =>
    [...batch.seqStarts.slice(1)]
      .map((to, s) => {
        const from = batch.seqStarts[s]
        const out = layer(config, p, l, rows(batch.input, from, to))
        return np.sum(np.square(out.sub(rows(batch.wanted, from, to))))
      })
      .reduce((x, y) => x.add(y))
      .div(batch.input.length),
  )
}

function arrays(named: Named): Parameters {
  return Object.fromEntries(
    Object.entries(named).map(([name, { shape, data }]) => [
      name,
      np.array(data as Float32Array<ArrayBuffer>, { shape }),
    ]),
  )
}

function differentiate(named: Named, loss: (p: Parameters) => A): Truth {
  const disposing = (p: Parameters) => {
    const value = loss(p)
    tree.dispose(p)
    return value
  }
  const [value, gradients] = valueAndGrad(disposing)(arrays(named)) as [A, Parameters]
  return {
    loss: value.item() as number,
    gradients: Object.fromEntries(Object.entries(gradients).map(([name, g]) => [name, g.dataSync() as Float32Array])),
  }
}

function oneHot(id: number, n: number, value = 1): number[] {
  return [...Array(n)].map((_, i) => (i === id ? value : 0))
}

/** Rotation as x * cosine + (x turn) * sine, where turn maps what turns together, (a, b), to (-b, a). */
function angles(T: number, hd: number, theta: number, style: 'halves' | 'pairs') {
  const which = (i: number) => (style === 'halves' ? i % (hd / 2) : i >> 1)
  const angle = (t: number, i: number) => t * theta ** ((-2 * which(i)) / hd)
  const table = (f: (x: number) => number) => [...Array(T)].map((_, t) => [...Array(hd)].map((_, i) => f(angle(t, i))))
  const turn = [...Array(hd)].map((_, i) =>
    [...Array(hd)].map((_, j) => (i !== j && which(i) === which(j) ? (i > j ? -1 : 1) : 0)),
  )
  return { cosine: table(Math.cos), sine: table(Math.sin), turn }
}

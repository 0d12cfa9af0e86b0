/**
 * The same `bitnet` or `llama` model as the addon's trainer, written a second time over jax-js, whose automatic differentiation
 * gives the gradients: the oracle for train.test.ts. Takes tensors by GGUF name, gives loss and gradients by name.
 * jax-js counts references: an array is consumed by use, `.ref` keeps it for one more.
 */
import { type Array as A, init, lax, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax'
import type { TrainBatch, TrainerConfig } from '../../kernels/native/train.js'

export type Named = Record<string, { readonly shape: number[]; readonly data: Float32Array }>

let ready: Promise<unknown> | undefined

/** jax-js asks the browser's navigator for the number of cores. */
export function readyJax(): Promise<unknown> {
  if (!('navigator' in globalThis))
    Object.defineProperty(globalThis, 'navigator', { value: { hardwareConcurrency: 1 } })
  ready ??= init('wasm')
  return ready
}

const straightThrough = (x: A, quantized: A): A => x.ref.add(lax.stopGradient(quantized.sub(x)))

function ternary(w: A): A {
  const scale = np.maximum(np.mean(np.abs(w.ref)), 1e-5)
  return straightThrough(w.ref, np.clip(np.round(w.div(scale.ref)), -1, 1).mul(scale))
}

function int8(x: A): A {
  const scale = np.trueDivide(127, np.maximum(np.max(np.abs(x.ref), 1, { keepdims: true }), 1e-5))
  return straightThrough(x.ref, np.clip(np.round(x.mul(scale.ref)), -128, 127).div(scale))
}

export function lossAndGradients(
  config: Required<Omit<TrainerConfig, 'isa' | 'precision' | 'seed' | 'threads' | 'initStd'>>,
  named: Named,
  batch: TrainBatch,
): { loss: number; gradients: Record<string, Float32Array> } {
  const { heads, kvHeads, dim, eps, theta, layers, vocab } = config
  const subNorms = config.architecture === 'bitnet'
  const hd = dim / heads
  const norm = (x: A, gain: A): A => {
    const mean = np.mean(np.square(x.ref), 1, { keepdims: true })
    return x.div(np.sqrt(mean.add(eps))).mul(gain)
  }
  const weight = (w: A) => (config.quantizeWeights ? ternary(w) : w)
  const input = (x: A) => (config.quantizeActivations ? int8(x) : x)
  const linear = (x: A, w: A) => np.matmul(x, np.transpose(weight(w)))

  const sequence = (p: Record<string, A>, from: number, to: number): A => {
    const T = to - from
    const tables = angles(T, hd, theta, config.rope)
    const rope = (x: A) =>
      x.ref.mul(np.array(tables.cosine)).add(np.matmul(x, np.array(tables.turn)).mul(np.array(tables.sine)))
    const split = (x: A, n: number) => np.transpose(np.reshape(x, [T, n, hd]), [1, 0, 2])
    const mask = np.array([...Array(T)].map((_, i) => [...Array(T)].map((_, j) => (j <= i ? 0 : -1e9))))
    const ids = np.array([...batch.tokens.slice(from, to)].map((id) => oneHot(id, vocab)))
    let x = np.matmul(ids, p['token_embd.weight'].ref)
    for (let l = 0; l < layers; l++) {
      const w = (name: string) => p[`blk.${l}.${name}.weight`].ref
      const a = input(norm(x.ref, w('attn_norm')))
      const q = rope(split(linear(a.ref, w('attn_q')), heads))
      const k = np.repeat(rope(split(linear(a.ref, w('attn_k')), kvHeads)), heads / kvHeads, 0)
      const v = np.repeat(split(linear(a, w('attn_v')), kvHeads), heads / kvHeads, 0)
      const scores = np
        .matmul(q, np.transpose(k, [0, 2, 1]))
        .div(Math.sqrt(hd))
        .add(mask.ref)
      const mixed = np.reshape(np.transpose(np.matmul(nn.softmax(scores, -1), v), [1, 0, 2]), [T, dim])
      x = x.add(linear(input(subNorms ? norm(mixed, w('attn_sub_norm')) : mixed), w('attn_output')))
      const f = input(norm(x.ref, w('ffn_norm')))
      const h = nn.silu(linear(f.ref, w('ffn_gate'))).mul(linear(f, w('ffn_up')))
      x = x.add(linear(input(subNorms ? norm(h, w('ffn_sub_norm')) : h), w('ffn_down')))
    }
    mask.dispose()
    const logits = np.matmul(
      norm(x, p['output_norm.weight'].ref),
      np.transpose(p[config.head === 'own' ? 'output.weight' : 'token_embd.weight'].ref),
    )
    const wanted = [...batch.targets.slice(from, to)].map((id, i) => oneHot(id, vocab, batch.weights?.[from + i] ?? 1))
    return np.sum(nn.logSoftmax(logits, -1).mul(np.array(wanted))).neg()
  }

  const total = batch.targets.reduce((sum, id, i) => sum + (id < 0 ? 0 : (batch.weights?.[i] ?? 1)), 0)
  const loss = (p: Record<string, A>): A => {
    const parts = [...batch.seqStarts.slice(1)].map((to, s) => sequence(p, batch.seqStarts[s], to))
    const sum = parts.reduce((x, y) => x.add(y)).div(total)
    tree.dispose(p)
    return sum
  }
  const arrays = Object.fromEntries(
    Object.entries(named).map(([name, { shape, data }]) => [
      name,
      np.array(data as Float32Array<ArrayBuffer>, { shape }),
    ]),
  )
  const [value, gradients] = valueAndGrad(loss)(arrays) as [A, Record<string, A>]
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

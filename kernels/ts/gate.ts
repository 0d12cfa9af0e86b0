/**
 * The gate of a feed-forward layer: out = activation(gate) · up, element by element.
 * takes  gate, up (tokens × width) from element `from` to `to` · gives  out of the same shape
 */
export type Activation = 'silu' | 'relu2' | 'gelu'

export function gate(
  activation: Activation,
  gate: Float32Array,
  up: Float32Array,
  out: Float32Array,
  from: number,
  to: number,
): void {
  switch (activation) {
    case 'silu':
      for (let i = from; i < to; i++) out[i] = (gate[i] / (1 + Math.exp(-gate[i]))) * up[i]
      return
    case 'relu2':
      for (let i = from; i < to; i++) {
        const positive = Math.max(gate[i], 0)
        out[i] = positive * positive * up[i]
      }
      return
    case 'gelu':
      for (let i = from; i < to; i++) out[i] = gelu(gate[i]) * up[i]
      return
  }
}

/** The tanh form, as models with this activation are trained with it. */
function gelu(x: number): number {
  return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)))
}

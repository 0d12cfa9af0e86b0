/**
 * Rounding as something to learn: q = lower level + h · (upper − lower), h = clip(1.2 sigmoid(α) − 0.1, 0, 1), pushed to 0 or 1
 * by 1 − |2h − 1|^β. Adam on α alone, by hand.
 * takes  rows, their scales, and (w − q) H at every step · gives  errors w − q, codes · after  ./adaround
 */
import type { Grid } from '../grid/grid.js'

export interface Learning {
  readonly iterations: number
  /** Adam's. */
  readonly rate: number
  /** Weight of what pushes h to 0 or 1; the loss is in units of a whole step of the row's mean weight. */
  readonly regularization: number
  /** Share of the steps without that push. */
  readonly warmUp: number
  /** β at its beginning and at the end, along a cosine. */
  readonly beta: readonly [number, number]
}

/** The rectified sigmoid's stretch: h reaches 0 and 1 at finite α. */
const [above, below] = [1.1, -0.1]
const [decay1, decay2, epsilon] = [0.9, 0.999, 1e-8]

type Kind = 'nearest' | 'learned'

export class SoftRounding {
  readonly #lower: Uint8Array
  /** Value of the lower level less the weight, and how far the upper level is from it; both over all rows. */
  readonly #base: Float32Array
  readonly #gap: Float32Array
  /** Where the weight lies between them, 0 … 1. */
  readonly #place: Float32Array
  readonly #alpha: Float32Array
  readonly #mean: Float32Array
  readonly #square: Float32Array
  readonly #errors: Float32Array
  /** One over the mean of H_ii · gap², per row; 0 where nothing can be learned. */
  readonly #unit: Float64Array

  constructor(
    readonly grid: Grid,
    readonly cols: number,
    rows: number,
  ) {
    const floats = () => new Float32Array(rows * cols)
    this.#lower = new Uint8Array(rows * cols)
    ;[this.#base, this.#gap, this.#place, this.#alpha] = [floats(), floats(), floats(), floats()]
    ;[this.#mean, this.#square, this.#errors] = [floats(), floats(), floats()]
    this.#unit = new Float64Array(rows)
  }

  enter(r: number, values: Float32Array, scales: Float32Array, minima: Float32Array, diagonal: Float32Array): void {
    const { cols } = this
    const { segment, levels } = this.grid
    let unit = 0
    for (let c = 0, at = r * cols; c < cols; c++, at++) {
      const [scale, minimum] = [scales[Math.floor(c / segment)], minima[Math.floor(c / segment)]]
      const x = scale === 0 ? 0 : (values[c] - minimum) / scale
      let code = 0
      while (code < levels.length - 2 && levels[code + 1] <= x) code++
      const value = (level: number) => Math.fround(Math.fround(scale * level) + minimum)
      const upper = levels[Math.min(code + 1, levels.length - 1)]
      const place = (x - levels[code]) / (upper - levels[code] || 1)
      this.#lower[at] = code
      this.#base[at] = value(levels[code]) - values[c]
      this.#gap[at] = value(upper) - value(levels[code])
      this.#place[at] = Math.min(1, Math.max(0, place))
      this.#alpha[at] = -Math.log((above - below) / (this.#place[at] - below) - 1)
      unit += (diagonal[c] * this.#gap[at] ** 2) / cols
    }
    this.#unit[r] = unit > 0 ? 1 / unit : 0
    this.#mean.fill(0, r * cols, (r + 1) * cols)
    this.#square.fill(0, r * cols, (r + 1) * cols)
  }

  /** w − q with h as it is. */
  errors(rows: number): Float32Array {
    for (let at = 0; at < rows * this.cols; at++)
      this.#errors[at] = -this.#base[at] - h(this.#alpha[at]) * this.#gap[at]
    return this.#errors
  }

  hardErrors(rows: number, kind: Kind): Float32Array {
    for (let at = 0; at < rows * this.cols; at++)
      this.#errors[at] = -this.#base[at] - (this.#up(at, kind) ? this.#gap[at] : 0)
    return this.#errors
  }

  code(r: number, c: number, kind: Kind): number {
    const at = r * this.cols + c
    return this.#lower[at] + (this.#up(at, kind) ? 1 : 0)
  }

  /** One step of Adam; `product` is (w − q) H for the errors as they were told last. */
  step(rows: number, product: Float32Array, number: number, learning: Learning): void {
    const { iterations, rate, regularization, warmUp } = learning
    const [alpha, mean, square] = [this.#alpha, this.#mean, this.#square]
    const push = number >= warmUp * iterations ? regularization : 0
    const beta = betaAt(number, learning)
    const [bias1, bias2] = [1 - decay1 ** (number + 1), 1 - decay2 ** (number + 1)]
    for (let r = 0, at = 0; r < rows; r++) {
      const unit = this.#unit[r]
      for (const end = at + this.cols; at < end; at++) {
        const sigmoid = 1 / (1 + Math.exp(-alpha[at]))
        const stretched = sigmoid * (above - below) + below
        if (stretched <= 0 || stretched >= 1) continue
        let slope = -2 * product[at] * this.#gap[at] * unit
        if (push > 0) {
          const side = 2 * stretched - 1
          slope -= push * beta * 2 * Math.sign(side) * Math.abs(side) ** (beta - 1)
        }
        slope *= (above - below) * sigmoid * (1 - sigmoid)
        mean[at] = decay1 * mean[at] + (1 - decay1) * slope
        square[at] = decay2 * square[at] + (1 - decay2) * slope * slope
        alpha[at] -= (rate * (mean[at] / bias1)) / (Math.sqrt(square[at] / bias2) + epsilon)
      }
    }
  }

  #up(at: number, kind: Kind): boolean {
    return kind === 'learned' ? h(this.#alpha[at]) >= 0.5 : this.#place[at] >= 0.5
  }
}

function h(alpha: number): number {
  return Math.min(1, Math.max(0, (above - below) / (1 + Math.exp(-alpha)) + below))
}

function betaAt(step: number, { iterations, warmUp, beta: [first, last] }: Learning): number {
  const begin = warmUp * iterations
  const progress = Math.min(1, Math.max(0, (step - begin) / Math.max(1, iterations - begin)))
  return last + 0.5 * (first - last) * (1 + Math.cos(progress * Math.PI))
}

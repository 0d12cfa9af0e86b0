/**
 * GPTVQ with what the paper has and our type does not: scales of four bits in the logarithm for blocks inside a row, and
 * codebooks of low rank. Decoded weights come out, for no layout holds them; without either it does what
 * sdk/quantize/method/gptvq does, in plain steps of its own.
 */
import { f16ToF32, f32ToF16 } from '../../dist/hal/half.js'
import { fitEntries } from '../../dist/sdk/quantize/method/vq/em.js'
import { metricOf } from '../../dist/sdk/quantize/method/vq/metric.js'
import { solve } from '../../dist/sdk/quantize/method/vq/small.js'

/** Signed bytes with one scale in half precision, in place. */
function roundBytes(values) {
  const most = values.reduce((a, v) => Math.max(a, Math.abs(v)), 0)
  const scale = most === 0 ? 0 : f16ToF32(Math.max(1, f32ToF16(most / 127)))
  for (let i = 0; i < values.length; i++)
    values[i] = scale === 0 ? 0 : scale * Math.max(-127, Math.min(127, Math.round(values[i] / scale)))
}

/**
 * Largest magnitudes of blocks of `block` weights, their logarithms in 16 steps from the least to the most of the group (the
 * paper's normalization); they are spread over the weights. The group's own scale takes the offset; a byte more holds the step.
 */
function blockScales(weights, at, cols, rows, span, block, out) {
  if (!block) return out.fill(1)
  const logs = new Float64Array((rows * span) / block)
  let [least, most] = [Infinity, -Infinity]
  for (let r = 0, i = 0; r < rows; r++)
    for (let c = 0; c < span; c += block, i++) {
      let largest = 0
      for (let k = c; k < c + block; k++) largest = Math.max(largest, Math.abs(weights[at + r * cols + k]))
      logs[i] = Math.log2(Math.max(largest, 1e-9))
      least = Math.min(least, logs[i])
      most = Math.max(most, logs[i])
    }
  const step = (most - least) / 15
  for (let i = 0; i < logs.length; i++) {
    const scale = 2 ** (step > 0 ? Math.round((logs[i] - most) / step) * step : 0)
    out.fill(scale, i * block, (i + 1) * block)
  }
  return out
}

/** The `rank` right singular vectors of largest weight, as rows, by orthogonal iteration on Eᵀ E. */
function rightVectors(books, n, rank) {
  const gram = new Float64Array(n * n)
  for (const e of books) for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) gram[i * n + j] += e[i] * e[j]
  let v = Array.from({ length: rank }, (_, k) =>
    Float64Array.from({ length: n }, (_, i) => Math.cos((k + 1) * (i + 0.5))),
  )
  for (let turn = 0; turn < 300; turn++) {
    v = v.map((x) =>
      Float64Array.from({ length: n }, (_, i) => x.reduce((s, value, j) => s + gram[i * n + j] * value, 0)),
    )
    for (let k = 0; k < rank; k++) {
      for (let l = 0; l < k; l++) {
        const dot = v[k].reduce((s, value, i) => s + value * v[l][i], 0)
        for (let i = 0; i < n; i++) v[k][i] -= dot * v[l][i]
      }
      const norm = Math.sqrt(v[k].reduce((s, value) => s + value * value, 0)) || 1
      for (let i = 0; i < n; i++) v[k][i] /= norm
    }
  }
  // The file holds them in half precision.
  return v.map((x) => x.map((value) => f16ToF32(f32ToF16(value))))
}

/** Weights of one matrix as they decode; `cut` has what a group is: rows, span, lanes, codeBits, block (0: none), rank (0: full). */
export function paperGptvq({ rows, cols, weights, hessian, upper }, cut, turns = 4) {
  const { rows: tall, span, lanes, codeBits, block = 0, rank = 0 } = cut
  const [vectors, K, n] = [span / lanes, 2 ** codeBits, 2 ** codeBits * lanes]
  const plain = metricOf(upper, cols, lanes, 'exact', 'em')
  let mean = 0
  for (let c = 0; c < cols; c++) mean += hessian[c * cols + c] / cols
  const damping = 0.01 * mean
  const wanted = weights.slice()
  const quantized = new Float32Array(rows * cols)
  const groups = []
  for (let row = 0; row < rows; row += tall)
    for (let column = 0; column < cols; column += span) groups.push(group(row, column))
  let basis
  if (rank > 0) {
    if (lanes === 1) groups.forEach(sortEntries)
    basis = rightVectors(
      groups.map(({ entries }) => entries),
      n,
      rank,
    )
    for (const g of groups) set(g, project(g.entries))
  }
  const pull = new Float64Array(tall * cols)
  for (let row = 0; row < rows; row += tall) {
    const own = groups.filter((g) => g.row === row)
    for (let turn = 0; turn < turns; turn++) {
      pullOf(row)
      for (const g of own) moveEntries(g)
      for (const g of own) moveCodes(g)
    }
  }
  return quantized

  /** Codebook by EM and codes by feedback, both on weights over their scales. */
  function group(row, column) {
    const scale = blockScales(weights, row * cols + column, cols, tall, span, block, new Float64Array(tall * span))
    const codes = new Uint8Array(tall * vectors)
    const normal = new Float32Array(tall * span)
    for (let r = 0; r < tall; r++)
      for (let c = 0; c < span; c++) normal[r * span + c] = weights[(row + r) * cols + column + c] / scale[r * span + c]
    // EM weighs a vector by its columns; that errors of large scales count more is left to the update, as in the paper.
    const entries = fitEntries(
      { lanes, entries: K, rows: tall, span, weights: normal, at: 0, stride: span },
      plain,
      column / lanes,
      { start: 'mahalanobis', iterations: 100 },
    )
    roundBytes(entries)
    const z = new Float64Array(lanes)
    for (let p = 0; p < vectors; p++) {
      const root = plain.roots.subarray((column / lanes + p) * lanes * lanes, (column / lanes + p + 1) * lanes * lanes)
      for (let r = 0; r < tall; r++) {
        const x = (row + r) * cols + column + p * lanes
        const s = scale[r * span + p * lanes]
        let [best, least] = [0, Infinity]
        for (let k = 0; k < K; k++) {
          const cost = miss(x, s, entries, k, root, z)
          if (cost < least) [best, least] = [k, cost]
        }
        codes[r * vectors + p] = best
        miss(x, s, entries, best, root, z)
        for (let j = 0; j < lanes; j++) quantized[x + j] = s * entries[best * lanes + j]
        for (let j = 0; j < lanes; j++) {
          const u = (column + p * lanes + j) * cols
          for (let c = column + (p + 1) * lanes; c < cols; c++) weights[(row + r) * cols + c] -= z[j] * upper[u + c]
        }
      }
    }
    return { row, column, scale, codes, entries }
  }

  /** z = (x - q) L, and its square. */
  function miss(x, s, entries, k, root, z) {
    let cost = 0
    for (let j = 0; j < lanes; j++) {
      let sum = 0
      for (let i = 0; i <= j; i++) sum += (weights[x + i] - s * entries[k * lanes + i]) * root[i * lanes + j]
      z[j] = sum
      cost += sum * sum
    }
    return cost
  }

  function sortEntries({ codes, entries }) {
    const order = [...entries.keys()].sort((a, b) => entries[a] - entries[b])
    const place = order.reduce((to, from, i) => to.with(from, i), new Uint8Array(K))
    entries.set(order.map((k) => entries[k]))
    for (let i = 0; i < codes.length; i++) codes[i] = place[codes[i]]
  }

  /** The nearest that the basis holds, coefficients as signed bytes. */
  function project(entries) {
    const u = basis.map((v) => v.reduce((s, value, i) => s + value * entries[i], 0))
    roundBytes(u)
    return entries.map((_, i) => basis.reduce((s, v, k) => s + u[k] * v[i], 0))
  }

  function set(g, entries) {
    g.entries = entries
    for (let r = 0; r < tall; r++)
      for (let c = 0; c < span; c++)
        quantized[(g.row + r) * cols + g.column + c] = g.scale[r * span + c] * entries[placeOf(g, r, c)]
  }

  function placeOf({ codes }, r, c) {
    return codes[r * vectors + Math.floor(c / lanes)] * lanes + (c % lanes)
  }

  function pullOf(row) {
    pull.fill(0)
    for (let r = 0; r < tall; r++)
      for (let i = 0; i < cols; i++) {
        const at = (row + r) * cols + i
        shift(r, i, wanted[at] - quantized[at], 1)
      }
  }

  function shift(r, c, e, sign) {
    if (e === 0) return
    const f = sign * e
    for (let i = 0; i < cols; i++) pull[r * cols + i] += f * hessian[c * cols + i]
    pull[r * cols + c] += damping * f
  }

  function moveEntries(g) {
    const { row, column, scale, entries } = g
    const normal = new Float64Array(n * n)
    const step = new Float64Array(n)
    const sums = new Float64Array(n * span)
    for (let r = 0; r < tall; r++) {
      sums.fill(0)
      for (let a = 0; a < span; a++) {
        const [to, s, from] = [placeOf(g, r, a) * span, scale[r * span + a], (column + a) * cols + column]
        for (let b = 0; b < span; b++) sums[to + b] += s * hessian[from + b]
        sums[to + a] += s * damping
        step[to / span] += s * pull[r * cols + column + a]
      }
      for (let b = 0; b < span; b++) {
        const [to, s] = [placeOf(g, r, b), scale[r * span + b]]
        for (let k = 0; k < n; k++) normal[k * n + to] += s * sums[k * span + b]
      }
    }
    const next = entries.slice()
    if (basis) {
      // Coefficients' least squares: the same system between the basis' rows.
      const small = new Float64Array(rank * rank)
      const side = basis.map((v) => v.reduce((s, value, i) => s + value * step[i], 0))
      for (let k = 0; k < rank; k++)
        for (let i = 0; i < n; i++) {
          let sum = 0
          for (let j = 0; j < n; j++) sum += basis[k][j] * normal[j * n + i]
          for (let l = 0; l < rank; l++) small[k * rank + l] += sum * basis[l][i]
        }
      const move = Float64Array.from(side)
      solve(small, move, rank)
      for (let i = 0; i < n; i++) for (let k = 0; k < rank; k++) next[i] += move[k] * basis[k][i]
      next.set(project(next))
    } else {
      const move = step.slice()
      solve(normal.slice(), move, n)
      for (let i = 0; i < n; i++) next[i] += move[i]
      roundBytes(next)
    }
    let change = 0
    for (let i = 0; i < n; i++) {
      let sum = -2 * step[i]
      for (let j = 0; j < n; j++) sum += normal[i * n + j] * (next[j] - entries[j])
      change += (next[i] - entries[i]) * sum
    }
    if (!(change < 0)) return
    const before = quantized.slice(row * cols, (row + tall) * cols)
    set(g, next)
    for (let r = 0; r < tall; r++)
      for (let c = column; c < column + span; c++)
        shift(r, c, quantized[(row + r) * cols + c] - before[r * cols + c], -1)
  }

  function moveCodes({ row, column, scale, codes, entries }) {
    for (let r = 0; r < tall; r++)
      for (let p = 0; p < vectors; p++) {
        const first = column + p * lanes
        const s = scale[r * span + p * lanes]
        const old = codes[r * vectors + p]
        let [best, least] = [old, 0]
        for (let k = 0; k < K; k++) {
          let change = 0
          for (let i = 0; i < lanes; i++) {
            let sum = -2 * pull[r * cols + first + i]
            for (let j = 0; j < lanes; j++)
              sum +=
                (hessian[(first + i) * cols + first + j] + (i === j ? damping : 0)) *
                s *
                (entries[k * lanes + j] - entries[old * lanes + j])
            change += s * (entries[k * lanes + i] - entries[old * lanes + i]) * sum
          }
          if (change < least) [best, least] = [k, change]
        }
        if (best === old) continue
        codes[r * vectors + p] = best
        for (let i = 0; i < lanes; i++) {
          const at = (row + r) * cols + first + i
          const value = Math.fround(s * entries[best * lanes + i])
          shift(r, first + i, value - quantized[at], -1)
          quantized[at] = value
        }
      }
  }
}

/** Bits a weight of a matrix: codes, entries (or coefficients, and the basis in half precision), a scale a group, block scales. */
export function paperBits(rows, cols, { rows: tall, span, lanes, codeBits, block = 0, rank = 0 }) {
  const n = 2 ** codeBits * lanes
  const group = 16 + 8 * (rank || n) + (block ? 8 : 0)
  return codeBits / lanes + group / (tall * span) + (rank * n * 16) / (rows * cols) + (block ? 4 / block : 0)
}

/**
 * What the parts of the LUT core are fed while their toggles are counted: the traffic of an array that always works. A
 * table serves W_BIT cycles, a line of weights one. Weights are random bits, tables those of uniform activations.
 * before ./synthesize
 */

/** A linear congruential generator in [0, 1): the same vectors everywhere. */
export function generator(seed) {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

const bitsOf = (value, count) => Array.from({ length: count }, (_, i) => Number((BigInt(value) >> BigInt(i)) & 1n))
const randomBits = (random, count) => Array.from({ length: count }, () => (random() < 0.5 ? 1 : 0))

function table(random, { K, LUT_BIT, SYMMETRIC = 1, REINTERPRET = 1 }) {
  const most = Math.floor((2 ** (LUT_BIT - 1) - 1) / K)
  const x = Array.from({ length: K }, () => Math.round((2 * random() - 1) * most))
  return Array.from({ length: 1 << (SYMMETRIC ? K - 1 : K) }, (_, i) => {
    const sum = x.reduce((s, xj, j) => s + ((i >> j) & 1 ? xj : REINTERPRET ? -xj : 0), 0)
    return bitsOf(sum, LUT_BIT)
  }).flat()
}

/** A symmetric table of activations in (-1, 1), as halves. */
function halfTable(random, k) {
  const x = Array.from({ length: k }, () => 2 * random() - 1)
  return Array.from({ length: 1 << (k - 1) }, (_, i) => {
    const sum = x.reduce((s, xj, j) => s + ((i >> j) & 1 ? xj : -xj), 0)
    const exponent = Math.floor(Math.log2(Math.abs(sum)))
    const fraction = Math.min(1023, Math.round((Math.abs(sum) / 2 ** exponent - 1) * 1024))
    return bitsOf((sum < 0 ? 1 << 15 : 0) | (Math.max(1, exponent + 15) << 10) | fraction, 16)
  }).flat()
}

/** module → (parameters, width of a port) → { vectors, stimulus(cycle) }. */
export const stimuli = {
  lut_pe(p, width) {
    const random = generator(1)
    const planes = width('plane')
    let entries
    return {
      vectors: `random weights each cycle, tables of uniform activations every ${p.W_BIT} cycles`,
      stimulus(c) {
        const first = c % p.W_BIT === 0
        if (first) entries = table(random, p)
        const index = randomBits(random, p.K)
        return { enable: [1], first: [+first], plane: bitsOf(c % p.W_BIT, planes), shift: [0], entries, index }
      },
    }
  },

  lut_float(p, width) {
    const random = generator(1)
    const planes = width('plane')
    let entries
    return {
      vectors: `random weights each cycle, tables of uniform activations every ${p.W_BIT} cycles, sums of 64 lookups`,
      stimulus(c) {
        if (c % p.W_BIT === 0) entries = halfTable(random, p.K)
        const index = randomBits(random, p.K)
        return { enable: [1], first: [+(c % 64 === 0)], plane: bitsOf(c % p.W_BIT, planes), entries, index }
      },
    }
  },

  lut_array(p, width) {
    const random = generator(1)
    const planes = width('plane')
    let operands
    return {
      vectors: `random weights each cycle, tables of uniform activations every ${p.W_BIT} cycles`,
      stimulus(c) {
        const load = c % p.W_BIT === p.W_BIT - 1
        if (load || !operands)
          operands = p.PRECOMPUTE
            ? randomBits(random, width('operands'))
            : Array.from({ length: p.M }, () => table(random, p)).flat()
        const first = c % p.W_BIT === 0
        const line = randomBits(random, p.N * p.K)
        const control = { load: [+load], swap: [+load], enable: [1], first: [+first] }
        return { ...control, operands, plane: bitsOf(c % p.W_BIT, planes), line }
      },
    }
  },

  /** `every` is no parameter of the module: how often it is loaded; 0 never. */
  lut_registers(p) {
    const random = generator(1)
    let next = randomBits(random, p.BITS)
    return {
      vectors: p.every ? `random bits loaded every ${p.every} cycles` : 'held',
      stimulus(c) {
        const load = p.every > 0 && c % p.every === 0
        if (load) next = randomBits(random, p.BITS)
        return { load: [+load], swap: [+load], next }
      },
    }
  },

  lut_build(p) {
    const random = generator(1)
    return {
      vectors: 'uniform activations each cycle',
      stimulus: () => ({ x: randomBits(random, p.K * p.A_BIT) }),
    }
  },

  lut_accumulate(p, width) {
    const random = generator(1)
    let sums
    return {
      vectors: `random sums added every ${p.W_BIT} cycles`,
      stimulus(c) {
        const add = c % p.W_BIT === 0
        if (add || !sums) sums = randomBits(random, width('sums'))
        return { clear: [0], add: [+add], drop: bitsOf(0, width('drop')), shifts: bitsOf(0, width('shifts')), sums }
      },
    }
  },
}

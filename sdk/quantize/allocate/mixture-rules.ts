/**
 * The exceptions in llama.cpp's mixtures: tensors that get another format than most, kind by kind.
 * takes  a mixture's name, its usual format, the tensor's place · gives  its format; undefined: the usual one
 * after  ./mixture
 */
export interface Place {
  /** How many of the kind came before. */
  readonly i: number
  /** How many there are. */
  readonly n: number
  /** Heads that share a key and a value. */
  readonly groups: number
  readonly experts: number
  readonly importance: boolean
  readonly wide: boolean
}

type Rule = (mixture: string, base: string, place: Place) => string | undefined

/** The first and last eighth of the layers, and every third between them. */
function moreBits({ i, n }: Place): boolean {
  const eighth = Math.floor(n / 8)
  return i < eighth || i >= Math.floor((7 * n) / 8) || (i - eighth) % 3 === 2
}

function early({ i, n }: Place, share = 8): boolean {
  return i < Math.floor(n / share)
}

export const rules: Readonly<Record<string, Rule>> = {
  token_embd: (mixture) => (mixture.startsWith('TQ') ? 'Q4_K' : undefined),

  attn_v(mixture, base, place) {
    if (place.experts === 8) return 'Q8_0'
    const type = valueType(mixture, place) ?? base
    return place.wide && (type === 'Q3_K' || type === 'Q4_K') ? 'Q5_K' : type
  },

  attn_k: (_, __, { experts }) => (experts === 8 ? 'Q8_0' : undefined),

  ffn_down(mixture, _, place) {
    switch (mixture) {
      case 'Q2_K':
        return 'Q3_K'
      case 'Q2_K_S':
        return early(place) ? 'Q4_K' : undefined
      case 'Q3_K_M':
        return early(place, 16) ? 'Q5_K' : 'Q4_K'
      case 'Q3_K_L':
        return 'Q5_K'
      case 'Q4_K_S':
        return early(place) ? 'Q5_K' : undefined
      case 'Q4_K_M':
      case 'Q5_K_M':
        return moreBits(place) ? 'Q6_K' : undefined
      case 'IQ4_NL':
      case 'IQ4_XS':
        return early(place) && !place.importance ? 'Q5_K' : undefined
      // A guard: with an importance matrix the first of them can go wrong without a minimum.
      case 'Q4_0':
        return early(place) && place.importance ? 'Q4_1' : undefined
      case 'Q5_0':
        return early(place) && place.importance ? 'Q5_1' : undefined
    }
  },

  attn_output(mixture, _, { experts }) {
    if (experts === 8)
      return ['Q2_K', 'Q3_K_S', 'Q3_K_M', 'Q4_K_S', 'Q4_K_M', 'IQ4_NL', 'IQ4_XS'].includes(mixture) ? 'Q5_K' : undefined
    return { Q2_K: 'Q3_K', Q3_K_M: 'Q4_K', Q3_K_L: 'Q5_K' }[mixture]
  },

  attn_qkv: (mixture) => ({ Q3_K_M: 'Q4_K', Q3_K_L: 'Q4_K', Q4_K_M: 'Q5_K', Q5_K_M: 'Q6_K' })[mixture],
}

function valueType(mixture: string, place: Place): string | undefined {
  switch (mixture) {
    case 'Q2_K':
      return place.groups >= 4 ? 'Q4_K' : 'Q3_K'
    case 'Q2_K_S':
      return place.groups >= 4 ? 'Q4_K' : undefined
    case 'Q3_K_M':
      return place.i < 2 ? 'Q5_K' : 'Q4_K'
    case 'Q3_K_L':
      return 'Q5_K'
    case 'Q4_K_S':
      return place.i < 4 ? 'Q5_K' : undefined
    case 'Q4_K_M':
    case 'Q5_K_M':
      return moreBits(place) ? 'Q6_K' : undefined
    case 'IQ4_NL':
    case 'IQ4_XS':
      return place.groups >= 4 ? 'Q5_K' : undefined
  }
}

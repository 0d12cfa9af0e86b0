/**
 * How a code becomes a value, as data: whole numbers of 32 bits (wrapping), reals of 32 bits (rounded at every step).
 * Every emitter lowers these few operations; what they mean, `evaluate` says.
 */
export type Int =
  /** The code itself, unsigned. */
  | { readonly op: 'code' }
  | { readonly op: 'int'; readonly value: number }
  /** Shifts take the low five bits of `b`; `shr` fills with zeros, `sar` with the sign. */
  | {
      readonly op: 'iadd' | 'isub' | 'imul' | 'and' | 'or' | 'xor' | 'shl' | 'shr' | 'sar'
      readonly a: Int
      readonly b: Int
    }
  /** 1 or 0; `ilt` compares signed. */
  | { readonly op: 'ieq' | 'ilt'; readonly a: Int; readonly b: Int }
  | { readonly op: 'iselect'; readonly if: Int; readonly then: Int; readonly else: Int }

export type Real =
  | { readonly op: 'real'; readonly value: number }
  /** The nearest float32 of a signed whole number. */
  | { readonly op: 'toReal'; readonly a: Int }
  /** The float32 whose bits these are. */
  | { readonly op: 'asReal'; readonly a: Int }
  | { readonly op: 'add' | 'sub' | 'mul'; readonly a: Real; readonly b: Real }
  | { readonly op: 'select'; readonly if: Int; readonly then: Real; readonly else: Real }
  /** values[index]; an index beyond the end is 0. */
  | { readonly op: 'table'; readonly values: readonly number[]; readonly index: Int }

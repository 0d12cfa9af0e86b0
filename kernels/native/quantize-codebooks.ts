/**
 * The addon's inner loops of GPTVQ: one codebook or one group of rows, at once on the calling thread. Results are those of
 * sdk/quantize/method/vq to the last bit; arrays begin at the group's own weights.
 * gives  the functions, or undefined where no addon loads or another back end is asked for
 * before sdk/quantize/method/vq/native · after native/quantize
 */
import { wishOf } from '../../hal/wish.js'
import { native } from './addon.js'
import { loadNative } from './load.js'

/** A codebook and the group that shares it. */
export interface NativeBook {
  readonly lanes: number
  readonly entries: number
  readonly rows: number
  readonly span: number
  /** Of the matrix, and the group's first; 0 where weights are the group's own. */
  readonly cols: number
  readonly column: number
}

/** Lists as the functions of the addon take them after the book; native/quantize/codebooks_door.cpp checks them. */
type Numbers = Float32Array | Float64Array | Uint8Array | number

/** Their calls throw LutraError mismatch where arrays do not fit. */
export interface NativeCodebooks {
  /** weights, stride, roots, entries, sums, masses, worst */
  assign(book: NativeBook, ...lists: Numbers[]): void
  /** weights, entries, upper, looks, spreads, quantized, codes */
  look(book: NativeBook, ...lists: Numbers[]): void
  /** wanted, quantized, hessian, damping, pull */
  pull(book: NativeBook, ...lists: Numbers[]): void
  /** codes, hessian, damping, pull, normal, step */
  normal(book: NativeBook, ...lists: Numbers[]): void
  /** codes, entries, hessian, damping, quantized, pull */
  follow(book: NativeBook, ...lists: Numbers[]): void
  /** The same as follow; codes move too. */
  recode(book: NativeBook, ...lists: Numbers[]): void
}

type Call = (book: Int32Array, isa: string, ...lists: Numbers[]) => void
type Exports = Partial<Record<'Assign' | 'Look' | 'Pull' | 'Normal' | 'Follow' | 'Recode', Call>>

/** The loops of an instruction set (default: the best here; those of nativeRowTiers). */
export function nativeCodebooks(isa = ''): NativeCodebooks | undefined {
  const found = loadNative().exports as Record<string, Call> | undefined
  if (typeof found?.codebookRecode !== 'function') return undefined
  const by =
    (name: keyof Exports) =>
    ({ lanes, entries, rows, span, cols, column }: NativeBook, ...lists: Numbers[]) =>
      native(() => found[`codebook${name}`](Int32Array.of(lanes, entries, rows, span, cols, column), isa, ...lists))
  return {
    ...{ assign: by('Assign'), look: by('Look'), pull: by('Pull') },
    ...{ normal: by('Normal'), follow: by('Follow'), recode: by('Recode') },
  }
}

/** The loops, unless LUTRA_BACKEND asks for another back end. */
export function wishedCodebooks(
  env: Readonly<Record<string, string | undefined>> = process.env,
): NativeCodebooks | undefined {
  const { backend } = wishOf(env)
  return backend === undefined || backend === 'native' ? nativeCodebooks() : undefined
}

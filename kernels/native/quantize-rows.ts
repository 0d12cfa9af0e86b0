/**
 * The addon's inner loops of error feedback and coordinate descent: one block of columns, a range of rows, at once on the
 * calling thread. Results are those of sdk/quantize/feedback to the last bit.
 * takes  shared arrays and a stretch · gives  the functions, or undefined where no addon loads or another back end is asked for
 * before sdk/quantize/feedback/native · after native/quantize
 */
import { wishOf } from '../../hal/wish.js'
import { native } from './addon.js'
import { loadNative } from './load.js'

/** As sdk/quantize/feedback/state.ts has them, with the levels of the grid. */
export interface NativeBlocks {
  readonly weights: Float32Array
  readonly quantized: Float32Array
  readonly codes: Uint8Array
  readonly scales: Float32Array
  readonly minima: Float32Array
  readonly order: Int32Array
  readonly levels: Float32Array
}

export interface NativeStretch {
  readonly cols: number
  readonly block: number
  readonly segment: number
  /** Whether the format has minima. */
  readonly minima: boolean
  readonly start: number
  readonly width: number
  /** Of the block. */
  readonly place: number
  readonly from: number
  readonly to: number
}

export interface NativeRows {
  /** Codes, quantized weights, errors (rows × width), and feedback inside the stretch. */
  round(blocks: NativeBlocks, stretch: NativeStretch, upper: Float32Array, errors: Float32Array): void
  /** Least squares for the codes as they are: `scales` and `minima`, segments of (to − from) rows. */
  wanted(blocks: NativeBlocks, stretch: NativeStretch, problem: NativeProblem): void
  /** Takes `scales` and `minima` where the loss falls (`kept` 1), moves codes; `changes` is rows × width. */
  descend(
    blocks: NativeBlocks,
    stretch: NativeStretch,
    problem: NativeProblem & { readonly kept: Uint8Array; readonly changes: Float32Array },
  ): void
}

export interface NativeProblem {
  readonly hessian: Float32Array
  readonly gradient: Float32Array
  readonly scales: Float32Array
  readonly minima: Float32Array
}

interface Exports {
  readonly quantizeTiers: () => string[]
  readonly quantizeRound: (...all: unknown[]) => void
  readonly quantizeWanted: (...all: unknown[]) => void
  readonly quantizeDescend: (...all: unknown[]) => void
}

/** The loops of an instruction set (default: the best here). Their calls throw LutraError mismatch where arrays do not fit. */
export function nativeRows(isa = ''): NativeRows | undefined {
  const found = loadNative().exports as Exports | undefined
  if (typeof found?.quantizeRound !== 'function') return undefined
  const call = native
  return {
    round(blocks, stretch, upper, errors) {
      call(() => found.quantizeRound(blocks, numbers(stretch), isa, upper, errors))
    },
    wanted(blocks, stretch, { hessian, gradient, scales, minima }) {
      call(() => found.quantizeWanted(blocks, numbers(stretch), isa, hessian, gradient, scales, minima))
    },
    descend(blocks, stretch, { hessian, gradient, scales, minima, kept, changes }) {
      call(() =>
        found.quantizeDescend(blocks, numbers(stretch), isa, hessian, gradient, scales, minima, kept, changes),
      )
    },
  }
}

/** Instruction sets of these loops on this CPU, best first; empty without an addon. */
export function nativeRowTiers(): readonly string[] {
  const found = loadNative().exports as Exports | undefined
  return found?.quantizeTiers?.() ?? []
}

/** The loops, unless LUTRA_BACKEND asks for another back end. */
export function wishedRows(env: Readonly<Record<string, string | undefined>> = process.env): NativeRows | undefined {
  const { backend } = wishOf(env)
  return backend === undefined || backend === 'native' ? nativeRows() : undefined
}

function numbers({ cols, block, segment, minima, start, width, place, from, to }: NativeStretch): Int32Array {
  return Int32Array.of(cols, block, segment, minima ? 1 : 0, start, width, place, from, to)
}

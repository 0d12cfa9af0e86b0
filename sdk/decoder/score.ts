/**
 * How well a model predicts a text: perplexity, and how far it lies from a reference model.
 * takes  a program, the text's ids · gives  mean negative log-likelihood (nats), perplexity, KL divergence, same top; each
 * with its standard error, as llama.cpp reports them
 * before sdk/tokenizer · after sdk/cli eval
 */
import type { Program, State } from '../../hal/backend.js'
import { LutraError } from '../../hal/error.js'
import { pause } from '../../hal/pause.js'
import { argmax } from './argmax.js'
import { logSumExp } from './softmax.js'

export interface ScoreOptions {
  readonly program: Program
  readonly ids: readonly number[]
  /** Tokens a window; default 512, or the program's context if that is smaller. */
  readonly context?: number
  /** Put before the text if it is not there yet and, without a stride, in place of the first token of every window. */
  readonly bos?: number
  /**
   * Absent: llama.cpp's rule. The text is cut into windows of `context`, the rest is dropped, and only the second half
   * of each window is scored. Given: windows overlap, each begins `stride` tokens after the last, every token but the
   * first is scored once.
   */
  readonly stride?: number
  /** The model to compare with; it must share the vocabulary. */
  readonly reference?: Program
  readonly signal?: AbortSignal
  readonly onWindow?: (done: number, all: number) => void
}

export interface Score {
  /** Tokens scored. */
  readonly tokens: number
  /** Mean negative log-likelihood, in nats. */
  readonly nll: number
  readonly perplexity: number
  /** Standard errors of the two, from the spread over tokens. */
  readonly nllError: number
  readonly perplexityError: number
  /** Mean KL divergence from the reference, in nats. */
  readonly kld?: number
  /** Share of positions where both models have the same likeliest token. */
  readonly sameTop?: number
  /** More about the divergence: standard errors, and its spread over positions. */
  readonly kldError?: number
  readonly sameTopError?: number
  readonly kldMedian?: number
  readonly kld99?: number
  readonly kldMax?: number
}

/** What the scored positions came to. */
interface Sums {
  tokens: number
  nll: number
  /** Of squares. */
  nll2: number
  same: number
  /** One for each position. */
  readonly klds: number[]
}

/** Positions [from, ids.length - 1) of `ids` are scored on the token that follows each. */
interface Window {
  readonly ids: Int32Array
  readonly from: number
}

/** Logits of this many positions are held at a time: 16 MB at a vocabulary of 128k for 32. */
const batch = 32
/** From this vocabulary on, one position's sums are worth a turn of the event loop. */
const MANY = 8192

export async function score(options: ScoreOptions): Promise<Score> {
  const { program, reference, signal, onWindow } = options
  if (reference && reference.vocab !== program.vocab)
    throw new LutraError('mismatch', `Expected a reference of ${program.vocab} tokens but found ${reference.vocab}`)
  const windows = options.stride === undefined ? halves(options) : strides(options, options.stride)
  const states = [program, ...(reference ? [reference] : [])].map((of) => of.createState())
  const sums: Sums = { tokens: 0, nll: 0, nll2: 0, same: 0, klds: [] }
  try {
    for (const [i, window] of windows.entries()) {
      await addWindow(options, states, window, sums, signal)
      onWindow?.(i + 1, windows.length)
    }
  } finally {
    for (const state of states) state.close()
  }
  return { ...likelihood(sums), ...(reference && divergence(sums)) }
}

function likelihood({ tokens, nll: sum, nll2 }: Sums): Score {
  const nll = sum / tokens
  const perplexity = Math.exp(nll)
  const nllError = standardError(nll, nll2, tokens)
  return { tokens, nll, perplexity, nllError, perplexityError: perplexity * nllError }
}

function divergence({ tokens, same, klds }: Sums) {
  const sorted = Float64Array.from(klds).sort()
  const kld = sorted.reduce((a, b) => a + b, 0) / tokens
  const squares = sorted.reduce((a, b) => a + b * b, 0)
  const sameTop = same / tokens
  return {
    kld,
    kldError: standardError(kld, squares, tokens),
    kldMedian: percentile(sorted, 0.5),
    kld99: percentile(sorted, 0.99),
    kldMax: sorted[tokens - 1],
    sameTop,
    sameTopError: standardError(sameTop, same, tokens),
  }
}

/** Of a mean, from the sum of squares; 0 for a single value. */
function standardError(mean: number, squares: number, count: number): number {
  return Math.sqrt(Math.max(0, squares / count - mean * mean) / Math.max(1, count - 1))
}

/** Between two values by their distance. */
function percentile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1)
  const low = sorted[Math.floor(at)]
  return low + (at % 1) * (sorted[Math.ceil(at)] - low)
}

function contextOf({ program, reference, context }: ScoreOptions): number {
  const most = Math.min(program.context, reference?.context ?? program.context)
  const wanted = context ?? Math.min(512, most)
  if (Number.isInteger(wanted) && wanted >= 4 && wanted <= most) return wanted
  throw new LutraError('limit', `Expected a window from 4 to ${most} tokens but found ${wanted}`)
}

function withBos({ ids, bos }: ScoreOptions): readonly number[] {
  return bos === undefined || ids[0] === bos ? ids : [bos, ...ids]
}

function halves(options: ScoreOptions): Window[] {
  const context = contextOf(options)
  const { bos } = options
  const ids = withBos(options)
  if (ids.length < 2 * context)
    throw new LutraError(
      'limit',
      `Expected a text of at least ${2 * context} tokens (two windows) but found ${ids.length}; lower the context`,
    )
  return Array.from({ length: Math.floor(ids.length / context) }, (_, i) => {
    const window = Int32Array.from(ids.slice(i * context, (i + 1) * context))
    if (bos !== undefined) window[0] = bos
    return { ids: window, from: context >> 1 }
  })
}

function strides(options: ScoreOptions, stride: number): Window[] {
  const context = contextOf(options)
  const ids = withBos(options)
  if (!Number.isInteger(stride) || stride < 1 || stride >= context)
    throw new LutraError('limit', `Expected a stride from 1 to ${context - 1} but found ${stride}`)
  if (ids.length < 2) throw new LutraError('limit', `Expected a text of at least 2 tokens but found ${ids.length}`)
  const windows: Window[] = []
  for (let begin = 0, scored = 1; scored < ids.length; begin += stride) {
    const end = Math.min(begin + context, ids.length)
    windows.push({ ids: Int32Array.from(ids.slice(begin, end)), from: scored - 1 - begin })
    scored = end
  }
  return windows
}

async function addWindow(
  { program, reference }: ScoreOptions,
  [state, referenceState]: State[],
  { ids, from }: Window,
  sums: Sums,
  signal?: AbortSignal,
): Promise<void> {
  state.truncate(0)
  referenceState?.truncate(0)
  for (let at = 0; at < ids.length - 1; ) {
    const scored = at >= from
    const to = Math.min(at + batch, scored ? ids.length - 1 : from)
    const part = ids.subarray(at, to)
    const wanted = scored ? 'all' : 'none'
    const logits = await program.run(state, part, wanted, signal)
    const expected = reference && (await reference.run(referenceState, part, wanted, signal))
    for (let i = 0; scored && i < part.length; i++) {
      addPosition(program.vocab, i, ids[at + i + 1], logits, expected, sums)
      // A large vocabulary takes a millisecond here: others get their turn in between.
      if (program.vocab >= MANY) await pause()
    }
    at = to
  }
}

function addPosition(
  vocab: number,
  i: number,
  next: number,
  logits: Float32Array,
  expected: Float32Array | undefined,
  sums: Sums,
): void {
  const q = logits.subarray(i * vocab, (i + 1) * vocab)
  const lnQ = logSumExp(q)
  sums.tokens++
  sums.nll += lnQ - q[next]
  sums.nll2 += (lnQ - q[next]) ** 2
  if (!expected) return
  const p = expected.subarray(i * vocab, (i + 1) * vocab)
  const lnP = logSumExp(p)
  let kld = 0
  for (let v = 0; v < vocab; v++) kld += Math.exp(p[v] - lnP) * (p[v] - lnP - (q[v] - lnQ))
  sums.klds.push(kld)
  if (argmax(p) === argmax(q)) sums.same++
}

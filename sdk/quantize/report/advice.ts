/**
 * What an analysis suggests, in words: which tensors want more bits, which can give some up, which transform would help.
 * takes  Analysis · gives  sentences, the most worthwhile first; names in them are raw
 * after  ./page
 */
import type { Analysis, TensorAnalysis } from './analysis.js'

export interface Advice {
  readonly title: string
  readonly text: string
  /** Tensors that it is about. */
  readonly tensors: readonly string[]
}

/** Where a rule begins to speak; each with its reason. */
const limits = {
  /** Tensors that together make this share of all loss are the ones to look at. */
  share: 0.5,
  /** A column this much stronger than the median one takes the range of its whole block. */
  outlier: 20,
  /** A normal distribution has 3; block scales follow tails badly from about here on. */
  kurtosis: 6,
  /** Means beyond this part of the deviation waste levels of a symmetric format. */
  shift: 0.15,
  /** Rows whose ranges differ so much lose with one scale for all of them. */
  spread: 8,
  /** Less than this share of the output is lost in the noise of float16. */
  harmless: 1e-5,
}

/** Formats with one scale for a whole tensor or row, and formats whose levels have no minimum of their own. */
const oneScale = ['I2_S']
const symmetric = ['Q4_0', 'Q5_0', 'Q3_K', 'Q6_K', 'TQ1_0', 'TQ2_0', 'Q2_0']

export function adviceOf({ tensors }: Analysis): Advice[] {
  return [
    moreBits(tensors),
    fewerBits(tensors),
    outliers(tensors),
    about(
      tensors.filter(({ type, weights }) => symmetric.includes(type) && weights && shiftOf(weights) > limits.shift),
      'A format with minima',
      (names) =>
        `The weights of ${names} are not centred on zero: a format with minima (Q4_1, Q5_1, Q2_K, Q4_K, Q5_K) uses its levels better at nearly the same bits.`,
    ),
    about(
      tensors.filter(({ weights }) => weights && weights.kurtosis > limits.kurtosis),
      'Heavy tails',
      (names) =>
        `A few large weights stretch the scales of ${names}: rotate the model (QuaRot's R1 and R2 cost nothing at run time), or take a codebook whose levels are denser near zero (IQ4_NL, IQ4_XS).`,
    ),
    about(
      tensors.filter(
        ({ type, rowRanges }) =>
          oneScale.includes(type) && rowRanges && rowRanges.most > limits.spread * Math.max(rowRanges.median, 1e-30),
      ),
      'Rows of different ranges',
      (names) =>
        `Rows of ${names} differ much in range and share one scale: equalize them across layers, or take a format with a scale per block.`,
    ),
    about(
      tensors.filter(({ inputs }) => inputs && inputs.dead > 0),
      'Columns that calibration never drives',
      (names) =>
        `Some inputs of ${names} are always zero in the calibration text: their weights were rounded as if nobody used them. Calibrate with text of the kind that the model will see.`,
    ),
    about(
      tensors.filter(({ fallback }) => fallback !== undefined),
      'Fallbacks',
      (names) => `Not done as asked: ${names}. The reason stands with each tensor.`,
    ),
  ].flatMap((each) => each ?? [])
}

/** Loss of a tensor in the unit that adds up: measured end to end where all were, else of its own output. */
export function lossesOf(tensors: readonly TensorAnalysis[]): { losses: readonly number[]; unit: string } {
  const measured = tensors.length > 0 && tensors.every(({ sensitivity }) => sensitivity !== undefined)
  return {
    losses: tensors.map(({ error, sensitivity = 0 }) => Math.max(0, measured ? sensitivity : error) || 0),
    unit: measured ? 'KL divergence, nats' : 'share of the output lost',
  }
}

/** The few tensors that make most of the loss, where they take less of the file than of the loss. */
function moreBits(tensors: readonly TensorAnalysis[]): Advice | undefined {
  const { losses } = lossesOf(tensors)
  const total = losses.reduce((a, b) => a + b, 0)
  const bytes = tensors.reduce((sum, each) => sum + each.bytes, 0)
  if (!(total > 0)) return undefined
  const places = [...tensors.keys()].sort((a, b) => losses[b] - losses[a])
  const taken: number[] = []
  for (let sum = 0; sum < limits.share * total && taken.length < places.length; ) {
    const next = places[taken.length]
    taken.push(next)
    sum += losses[next]
  }
  const size = taken.reduce((sum, i) => sum + tensors[i].bytes, 0) / bytes
  const lost = taken.reduce((sum, i) => sum + losses[i], 0) / total
  if (size > 0.6 * lost) return undefined
  return about(
    taken.map((i) => tensors[i]),
    'More bits',
    (names) =>
      `${names} make ${percent(lost)} of the loss with ${percent(size)} of the bytes: give them the next larger format first.`,
  )
}

function fewerBits(tensors: readonly TensorAnalysis[]): Advice | undefined {
  const { losses } = lossesOf(tensors)
  const total = losses.reduce((a, b) => a + b, 0)
  const bytes = tensors.reduce((sum, each) => sum + each.bytes, 0)
  const idle = tensors.filter(
    ({ type, error, bytes: own }, i) =>
      !/^(F|BF)\d+$/.test(type) && (error < limits.harmless || losses[i] / total < 0.1 * (own / bytes)),
  )
  const size = idle.reduce((sum, each) => sum + each.bytes, 0) / bytes
  if (!(size > 0.02) || idle.length === tensors.length) return undefined
  return about(
    idle,
    'Fewer bits',
    (names) =>
      `${names} take ${percent(size)} of the bytes and lose next to nothing: a smaller format there pays for larger ones elsewhere.`,
  )
}

function outliers(tensors: readonly TensorAnalysis[]): Advice | undefined {
  const found = tensors.filter(
    ({ inputs }) => inputs && inputs.columns.most > limits.outlier * Math.max(inputs.columns.median, 1e-30),
  )
  return about(found, 'Outlier columns', (names) => {
    const worst = found.flatMap(({ name, inputs }) =>
      (inputs?.strongest ?? []).slice(0, 1).map((each) => ({ name, ...each })),
    )
    worst.sort((a, b) => b.share - a.share)
    const [{ name, column, share } = { name: '', column: 0, share: 0 }] = worst
    const told = worst.length > 0 ? ` Column ${column} of ${name} carries ${percent(share)} of its input.` : ''
    return `A few input columns of ${names} are far stronger than the rest.${told} Scale them (AWQ), rotate the model, or feed errors back in the order of activation.`
  })
}

/** One piece of advice on these tensors; none where there are none. */
function about(tensors: readonly TensorAnalysis[], title: string, text: (names: string) => string): Advice | undefined {
  if (tensors.length === 0) return undefined
  const names = tensors.map(({ name }) => name)
  const shown = names.slice(0, 3).join(', ') + (names.length > 3 ? ` and ${names.length - 3} more` : '')
  return { title, text: text(shown), tensors: names }
}

function shiftOf({ mean, deviation }: { readonly mean: number; readonly deviation: number }): number {
  return deviation > 0 ? Math.abs(mean) / deviation : 0
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`
}

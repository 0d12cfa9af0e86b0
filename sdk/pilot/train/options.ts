/**
 * The recipe's command line. Takes argv, gives TrainOptions with every default filled in; wrong usage throws.
 * Neighbours: main.ts, schedule.ts.
 */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'

export interface TrainOptions {
  /** Wall time of training over all resumed parts; the learning rate follows it. */
  readonly minutes: number
  /** Steps over all resumed parts; where given, they count instead of minutes, and the same seed gives the same model. */
  readonly steps?: number
  readonly dim: number
  readonly hidden: number
  readonly layers: number
  readonly heads: number
  /** Peak learning rate. */
  readonly lr: number
  readonly seed: number
  /** Folder of checkpoints. */
  readonly out: string
  readonly resume: boolean
  /** A model file, or the folder of a run, of the same sizes to start from, instead of random weights. */
  readonly from?: string
  /** Weights stay float in training; inputs of linears are rounded to int8 all the same, as the architecture has them. */
  readonly float: boolean
  /** Tokens a step. */
  readonly batch: number
  readonly threads: number
  /** Minutes between two evaluations (each also writes a checkpoint). */
  readonly every: number
  /** Held-out examples an evaluation takes. */
  readonly heldOut: number
  /** Loss weight of the instruction's own tokens; the answer's weigh 1. */
  readonly promptWeight: number
  /** Share of the examples answered surely that are trained on all the same; 1: of all (no choosing, no judging). */
  readonly rest: number
  /** Until half of the time; none after that, so that ternary weights settle. */
  readonly weightDecay: number
}

export const usage = `usage: npm run train -- [options]
  --minutes 60 (or --steps N)  --dim 256  --hidden 512  --layers 4  --heads 4  --lr 0.002  --seed 1  --out .cache/pilot-run  --resume  --from FILE.gguf or a run's folder  --float
  --batch 4096 (tokens a step)  --threads N  --every 5 (minutes)  --held-out 500  --prompt-weight 0  --weight-decay 0.05
  --rest 1 (below 1: train mostly on what is not answered surely yet, and on this share of the rest)`

export function trainOptions(argv: readonly string[]): TrainOptions {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...argv],
    options: {
      minutes: text,
      steps: text,
      dim: text,
      hidden: text,
      layers: text,
      heads: text,
      lr: text,
      seed: text,
      out: text,
      from: text,
      batch: text,
      threads: text,
      every: text,
      'held-out': text,
      'prompt-weight': text,
      'weight-decay': text,
      rest: text,
      resume: { type: 'boolean' },
      float: { type: 'boolean' },
    },
  })
  const number = (name: keyof typeof values, fallback: number, least: number): number => {
    const value = values[name] === undefined ? fallback : Number(values[name])
    if (!(value >= least) || !Number.isFinite(value))
      throw new Error(`--${name} must be a number from ${least}, found ${values[name]}`)
    return value
  }
  const whole = (name: keyof typeof values, fallback: number): number => {
    const value = number(name, fallback, 1)
    if (!Number.isInteger(value)) throw new Error(`--${name} must be a whole number, found ${values[name]}`)
    return value
  }
  return {
    minutes: number('minutes', 60, 0.01),
    ...(values.steps === undefined ? {} : { steps: whole('steps', 1) }),
    dim: whole('dim', 256),
    hidden: whole('hidden', 512),
    layers: whole('layers', 4),
    heads: whole('heads', 4),
    lr: number('lr', 0.002, 0),
    seed: whole('seed', 1),
    out: values.out ?? '.cache/pilot-run',
    resume: values.resume ?? false,
    float: values.float ?? false,
    ...(values.from === undefined ? {} : { from: values.from }),
    batch: whole('batch', 4096),
    threads: whole('threads', Math.min(8, availableParallelism())),
    every: number('every', 5, 0.01),
    heldOut: whole('held-out', 500),
    promptWeight: number('prompt-weight', 0, 0),
    weightDecay: number('weight-decay', 0.05, 0),
    rest: number('rest', 1, 0),
  }
}
